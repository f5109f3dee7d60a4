namespace Chatroom.Client;

/// <summary>What answered at the address is no TLS: another service, or a port of the server that is not for this client.</summary>
public sealed class NotTlsException(string message, Exception? inner = null) : IOException(message, inner);

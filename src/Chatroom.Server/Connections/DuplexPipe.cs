using System.IO.Pipelines;

namespace Chatroom.Server.Connections;

/// <summary>Both directions of a connection, one of them not as it was.</summary>
internal sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

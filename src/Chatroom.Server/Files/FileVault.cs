namespace Chatroom.Server.Files;

public sealed class FileVault
{
    public void Erase(string file) => throw new InvalidOperationException(file);
}

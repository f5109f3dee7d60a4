using Chatroom.Protocol.Messages;

namespace Chatroom.Server.Commands;

internal static class SendFile
{
    public static Task<Plan> PlanAsync(Request<SendFileRequest> request) => throw new InvalidOperationException();
}

internal static class DownFile
{
    public static Task<Reply> Handle(Request<DownFileRequest> request) => throw new InvalidOperationException();
}

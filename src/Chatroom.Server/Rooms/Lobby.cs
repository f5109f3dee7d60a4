using Chatroom.Server.Storage;

namespace Chatroom.Server.Rooms;

/// <summary>The room everyone is in: made on the first start.</summary>
internal static class Lobby
{
    public static Task EnsureAsync(ChatCore core) => core.Store.WriteAsync(store =>
    {
        if (store.Room(Ids.Lobby) is null)
        {
            store.InsertRoom(new RoomRow(Ids.Lobby, RoomKind.Lobby, null, null, true, HistoryPolicy.All, core.Now, 0, 0, core.Vault.NoHead(Ids.Lobby), 0));
        }

        return true;
    });
}

using System.Text.Json.Nodes;

namespace Chatroom.Conformance.Harness;

/// <summary>The run of frames that answers LOGIN.</summary>
public sealed class SyncAnswer(IReadOnlyList<RawFrame> frames)
{
    public IReadOnlyList<RawFrame> Frames => frames;

    /// <summary>LOGIN_SUCCESS, or the code of the refusal.</summary>
    public int Code => frames[0].Code;

    public JsonObject Success => frames.Single(frame => frame.Code == Wire.LoginSuccess).Body;

    public IEnumerable<JsonObject> Items => Of(Wire.AccountChanged).SelectMany(body => body.List("items"));

    public IEnumerable<JsonObject> Rooms => Of(Wire.Rooms).SelectMany(body => body.List("rooms"));

    public JsonObject Presence => Of(Wire.Presence).Single();

    public IEnumerable<JsonObject> Pages => Of(Wire.History);

    public JsonObject Done => Of(Wire.SyncDone).Single();

    public bool Full => Of(Wire.AccountChanged).Any(body => body.Flag("full"));

    /// <summary>True for the codes after which more frames of the answer come.</summary>
    public static bool IsMiddle(int code) =>
        code is Wire.LoginSuccess or Wire.AccountChanged or Wire.Rooms or Wire.Presence or Wire.History;

    public JsonObject Room(string id) => Rooms.Single(room => room.Text("id") == id);

    public JsonObject? Page(string room) => Pages.SingleOrDefault(page => page.Text("room") == room);

    private IEnumerable<JsonObject> Of(int code) => frames.Where(frame => frame.Code == code).Select(frame => frame.Body);
}

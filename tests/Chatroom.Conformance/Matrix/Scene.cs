using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>How much is arranged before a request is asked.</summary>
public enum Stage
{
    /// <summary>Only the one who asks.</summary>
    Alone,

    /// <summary>And another person, who in the column <c>blocked</c> has blocked the one who asks.</summary>
    Other,

    /// <summary>And a private group with an owner, in which the other is a member and the one who asks is what the column says.</summary>
    Group,

    /// <summary>The same with a group that is listed and open.</summary>
    PublicGroup,
}

/// <summary>The state for one cell: made anew, of people and rooms that no other cell has.</summary>
public sealed class Scene
{
    private Scene(ConformanceTest test, string column)
    {
        Test = test;
        Column = column;
    }

    public static IReadOnlyList<string> Columns { get; } =
        ["anonymous", "outsider", "former", "blocked", "member", "moderator", "owner", "admin", "bot"];

    public ConformanceTest Test { get; }

    public string Column { get; }

    /// <summary>The connection that asks.</summary>
    public RawClient Actor { get; private set; } = null!;

    /// <summary>A device of the account that asks (for the bot, of its person); null for the anonymous.</summary>
    public RawClient? Person { get; private set; }

    public RawClient Other { get; private set; } = null!;

    public RawClient Owner { get; private set; } = null!;

    public string Room { get; private set; } = "";

    /// <summary>A text of the one who asks; of the other where they never could write there.</summary>
    public long Mine { get; private set; }

    /// <summary>A text of the other.</summary>
    public long Theirs { get; private set; }

    public static async Task<Scene> SetAsync(ConformanceTest test, string column, Stage stage)
    {
        var scene = new Scene(test, column);
        scene.Person = column switch
        {
            "anonymous" => null,
            "admin" => await test.AdminAsync(),
            _ => await test.PersonAsync(),
        };
        scene.Actor = scene.Person ?? await test.OpenAsync();

        if (stage != Stage.Alone)
        {
            scene.Other = await test.PersonAsync();
        }

        if (stage is Stage.Group or Stage.PublicGroup)
        {
            await scene.SetRoomAsync(stage == Stage.PublicGroup);
        }

        if (column == "blocked" && stage != Stage.Alone)
        {
            await scene.Other.ChangeAsync(Wire.Block, new { account = scene.Person!.Id }, Wire.Ok);
        }

        if (column == "bot")
        {
            scene.Actor = await test.BotAsync(scene.Person!, "read");
        }

        return scene;
    }

    private async Task SetRoomAsync(bool open)
    {
        Owner = Column == "owner" ? Person! : await Test.PersonAsync();
        Room = open ? (await Owner.PublicGroupAsync()).Room : await Owner.GroupAsync();
        if (!open)
        {
            await Owner.BringAsync(Room, Other);
        }

        if (Column is "member" or "moderator" or "blocked" or "former" or "bot")
        {
            await Owner.BringAsync(Room, Person!);
        }

        if (Column == "moderator")
        {
            await Owner.ChangeAsync(Wire.SetRole, new { room = Room, account = Person!.Id, role = "moderator" }, Wire.Entry);
        }

        Theirs = (await (open ? Owner : Other).SayAsync(Room, "theirs")).Number("seq");
        var inside = Column is not ("anonymous" or "outsider" or "admin");
        Mine = inside ? (await Person!.SayAsync(Room, "mine")).Number("seq") : Theirs;
        if (Column == "former")
        {
            await Person!.ChangeAsync(Wire.LeaveGroup, new { room = Room }, Wire.Entry);
        }
    }
}

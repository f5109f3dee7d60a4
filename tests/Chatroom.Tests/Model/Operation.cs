using CsCheck;

namespace Chatroom.Tests.Model;

internal enum Act
{
    Register,
    Connect,
    Fresh,
    Drop,
    Text,
    Burst,
    Emoji,
    Reply,
    Edit,
    Recall,
    React,
    Unreact,
    Pin,
    Unpin,
    MarkRead,
    Create,
    Invite,
    Decline,
    Join,
    Leave,
    Remove,
    Role,
    Block,
    Unblock,
    Befriend,
    Unfriend,
    Private,
    PrivateInit,
    Retry,
    RetryOther,
    Page,
    Away,
}

/// <summary>
/// One step: what is done, by whom, on which device. The numbers choose among what there is when the step is made, so that a sequence stays one when
/// steps are taken out of it.
/// </summary>
internal readonly record struct Operation(Act Act, int Who, int Device, int Room, int Target, int Value)
{
    private static readonly (int Weight, Act Act)[] Weights =
    [
        (1, Act.Register), (8, Act.Connect), (2, Act.Fresh), (4, Act.Drop), (12, Act.Text), (1, Act.Burst), (3, Act.Emoji), (5, Act.Reply), (6, Act.Edit), (5, Act.Recall),
        (5, Act.React), (2, Act.Unreact), (3, Act.Pin), (1, Act.Unpin), (6, Act.MarkRead), (4, Act.Create), (4, Act.Invite), (1, Act.Decline), (6, Act.Join), (4, Act.Leave),
        (3, Act.Remove), (3, Act.Role), (2, Act.Block), (2, Act.Unblock), (2, Act.Befriend), (1, Act.Unfriend), (4, Act.Private), (1, Act.PrivateInit), (3, Act.Retry),
        (2, Act.RetryOther), (3, Act.Page), (3, Act.Away),
    ];

    private static readonly Act[] Deck = [.. Weights.SelectMany(w => Enumerable.Repeat(w.Act, w.Weight))];

    public static Gen<Operation> Any { get; } = Gen.Select(
        Gen.Int[0, Deck.Length - 1], Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[0, 7], Gen.Int[0, 30], Gen.Int[0, 11],
        (act, who, device, room, target, value) => new Operation(Deck[act], who, device, room, target, value));
}

using System.Text.Json.Nodes;
using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

/// <summary>An entry as it came, for the ledger.</summary>
public static class Observation
{
    public static Seen Of(JsonObject entry) => new(entry.Number("seq"), entry.Text("sender"), entry.OptText("clientId"), entry.Text("kind") switch
    {
        "text" => Ledger.Hash(entry.Text("text")),
        "file" => entry.Child("file").Text("sha256"),
        _ => null,
    });

    /// <summary>For a ledger without files: only the place of one counts.</summary>
    public static Seen OfText(JsonObject entry) => entry.Text("kind") == "text" ? Of(entry) : Of(entry) with { Text = null };
}

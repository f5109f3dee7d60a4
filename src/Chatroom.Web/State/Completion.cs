using Chatroom.Client;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

/// <param name="Insert">What takes the place of what was typed.</param>
/// <param name="Person">Whose picture stands before it; null for rooms and emoji.</param>
public sealed record CompletionItem(string Insert, string Title, string Detail, string? Person = null, string? Emoji = null);

/// <summary>What <c>@</c>, <c>#</c> and <c>:</c> offer while one writes.</summary>
public sealed class Completion(Chat chat)
{
    private const int Most = 8;

    public string Query { get; private set; } = "";

    public IReadOnlyList<CompletionItem> Items { get; private set; } = [];

    public int At { get; private set; }

    /// <param name="query">The sign and what was typed after it; empty closes the list.</param>
    public async Task AskAsync(string query)
    {
        Query = query;
        if (query.StartsWith(':'))
        {
            await EmojiList.LoadAsync();
            if (Query != query)
            {
                return;
            }
        }

        (Items, At) = (Find(query), 0);
        ComposerField.SetCompleting(Items.Count > 0);
        chat.Tell(Topics.Composer);
    }

    /// <param name="how"><c>next</c>, <c>previous</c>, <c>take</c> or <c>close</c>.</param>
    public void Pick(string how)
    {
        if (Items.Count == 0)
        {
            return;
        }

        switch (how)
        {
            case "next":
                At = (At + 1) % Items.Count;
                break;
            case "previous":
                At = (At + Items.Count - 1) % Items.Count;
                break;
            case "take":
                Take(Items[At]);
                return;
            default:
                Items = [];
                ComposerField.SetCompleting(false);
                break;
        }

        chat.TellNow(Topics.Composer);
    }

    public void Take(CompletionItem item)
    {
        Items = [];
        ComposerField.Complete(item.Insert);
        chat.Tell(Topics.Composer);
    }

    private IReadOnlyList<CompletionItem> Find(string query)
    {
        if (query.Length == 0)
        {
            return [];
        }

        var word = query[1..];
        return query[0] switch
        {
            '@' when chat.Current is { } room => [.. chat.MembersOf(room)
                .Where(member => member.Id != chat.AccountId && member.Name is { } name && name.Contains(word, StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(member => member.Name!.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                .ThenByDescending(member => chat.IsOnline(member.Id))
                .Take(Most)
                .Select(member => new CompletionItem($"@{member.Name} ", member.Name!, Texts.Of(chat.IsOnline(member.Id) ? "person.online" : "person.offline"), member.Id))],
            '#' => [.. chat.Client.Rooms
                .Where(room => room.Name?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
                .Take(Most)
                .Select(room => new CompletionItem($"#{room.Name} ", "#" + room.Name, room.Topic ?? ""))],
            ':' => [.. EmojiList.Search(word, Most).Select(emoji => new CompletionItem(EmojiList.Toned(emoji, Preferences.SkinTone) + " ", EmojiList.NameOf(emoji), "", Emoji: emoji))],
            _ => [],
        };
    }
}

using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>An entry in a room's window and what later entries made of it.</summary>
internal sealed class Slot(Entry entry)
{
    private readonly List<Reaction> _reactions = [];

    // Seq up to which an amendment of the server has already told the reactions, or the pin.
    private long _reactionsAsOf;
    private long _pinAsOf;
    private Entry? _edit;
    private bool _pinned;
    private MessageView? _view;

    public Entry Entry { get; private set; } = entry;

    public bool IsRecalled { get; private set; } = entry.Recalled == true;

    /// <summary>It was recalled before it came here, so it was never counted as unread.</summary>
    public bool ArrivedRecalled { get; } = entry.Recalled == true;

    /// <summary>Edits, recalls, reactions and pins have no row of their own.</summary>
    public bool IsRow => Entry.Kind is not (EntryKinds.Edit or EntryKinds.Recall or EntryKinds.Reaction or EntryKinds.Pin);

    /// <summary>Folds a later entry about this one in; telling the same one twice changes nothing.</summary>
    public void Fold(Entry change, string me)
    {
        _view = null;
        switch (change.Kind)
        {
            case EntryKinds.Edit when !IsRecalled && change.Recalled != true && change.Seq > (_edit?.Seq ?? 0):
                _edit = change;
                break;
            case EntryKinds.Recall:
                Erase();
                break;
            case EntryKinds.Reaction when !IsRecalled && change.Seq > _reactionsAsOf && change.Emoji is { } emoji:
                React(emoji, change.Sender, change.On != false, me);
                break;
            case EntryKinds.Pin when change.Seq > _pinAsOf:
                _pinned = change.On != false;
                _pinAsOf = change.Seq;
                break;
        }
    }

    /// <summary>
    /// Takes what the server made of all entries about this one up to <paramref name="head"/>, those of the page included: what it does not name,
    /// such as a pin or reactions, there is none of.
    /// </summary>
    public void Amend(Amendment amendment, long head, string me)
    {
        _view = null;
        if (amendment.Edit is { } edit && !IsRecalled && edit.Seq > (_edit?.Seq ?? 0))
        {
            _edit = edit;
        }

        (_reactionsAsOf, _pinAsOf) = (head, head);
        _pinned = amendment.Pinned == true;
        _reactions.Clear();
        _reactions.AddRange((amendment.Reactions ?? []).Select(one => new Reaction(one.Emoji, one.Count, one.By, one.Mine ?? one.By.Contains(me))));
    }

    /// <summary>Forgets the content, as the server has.</summary>
    public void Erase()
    {
        _view = null;
        IsRecalled = true;
        _edit = null;
        _reactions.Clear();
        Entry = Entry with { Text = null, Emoji = null, File = null, Mentions = null, Recalled = true };
    }

    public void Forget() => _view = null;

    public MessageView View(string me, Func<string, bool> isBlocked) => _view ??= new MessageView
    {
        Entry = Entry,
        Origin = EntryKinds.IsSystem(Entry.Kind) ? Origin.System : Entry.Sender == me ? Origin.Own : Origin.Other,
        Text = IsRecalled ? null : _edit?.Text ?? Entry.Text,
        Mentions = (IsRecalled ? null : _edit is null ? Entry.Mentions : _edit.Mentions) ?? [],
        IsEdited = _edit is not null,
        IsRecalled = IsRecalled,
        IsPinned = _pinned,
        Reactions = _reactions.Where(one => one.Count > 0).Select(one => new ReactionView(one.Emoji, one.Count, one.Mine, one.By.ToArray())).ToArray(),
        IsFromBlocked = Entry.Sender != me && isBlocked(Entry.Sender),
        IsUnknown = IsRow && !EntryKinds.IsSystem(Entry.Kind) && Entry.Kind is not (EntryKinds.Text or EntryKinds.Emoji or EntryKinds.File),
    };

    // An amendment names the first 100 only: of the others it is not known who they are, so their entries are believed to change something.
    private void React(string emoji, string sender, bool on, string me)
    {
        var reaction = _reactions.Find(one => one.Emoji == emoji);
        if (reaction is null)
        {
            _reactions.Add(reaction = new Reaction(emoji, 0, [], false));
        }

        var someUnknown = reaction.Count > reaction.By.Count;
        if (on ? reaction.By.Add(sender) : reaction.By.Remove(sender) || someUnknown)
        {
            reaction.Count = Math.Max(0, reaction.Count + (on ? 1 : -1));
        }

        if (sender == me)
        {
            reaction.Mine = on;
        }
    }

    private sealed class Reaction(string emoji, int count, IEnumerable<string> by, bool mine)
    {
        public string Emoji { get; } = emoji;

        public int Count { get; set; } = count;

        public HashSet<string> By { get; } = new(by, StringComparer.Ordinal);

        public bool Mine { get; set; } = mine;
    }
}

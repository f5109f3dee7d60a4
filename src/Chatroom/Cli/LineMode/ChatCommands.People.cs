using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli.LineMode;

// People, and the person's own account.
internal sealed partial class ChatCommands
{
    private async Task WhoAsync(Words words)
    {
        var page = await WaitAsync(stop => Client.People.OnlineAsync(cancellationToken: stop));
        _chat.Say("chat.who", page.Total, string.Join(", ", page.Online.Select(person => _chat.Words.Name(person.Id, person.Name) + (person.Classic == true ? " (classic)" : ""))));
    }

    private void Friends()
    {
        foreach (var friend in Client.Friends)
        {
            _chat.Print(Style.Plain, $"  {Sanitizer.Line(friend.Person.Name)}{(friend.IsOnline ? "  " + _session.Strings["chat.is-online"] : "")}");
        }

        SayNone(Client.Friends.Count);
    }

    private async Task DevicesAsync(Words words)
    {
        foreach (var one in await WaitAsync(stop => Client.Security.DevicesAsync(stop)))
        {
            _chat.Print(Style.Plain, $"  {one.Id}  {one.Kind}  {EntryWords.Time(one.LastUsed)}  {Sanitizer.Line(one.Name)}  {Sanitizer.Line(one.Client)}{(one.Current == true ? "  *" : "")}");
        }
    }

    // On the line like any other text, and so in the terminal's memory: the verb `chatroom password` asks without showing.
    private Task PasswordAsync(Words words)
    {
        var (old, other) = (Needed(words.Next()), Needed(words.Next()));
        return WaitAsync(stop => Client.Security.ChangePasswordAsync(old, other, cancellationToken: stop), "done.password");
    }

    private void Me()
    {
        var account = Client.Account!;
        _chat.Say("chat.me", Sanitizer.Line(account.Name), account.Id, Client.Settings.Accept, _session.Settings.Server, Sanitizer.Line(Client.Server?.Program));
    }
}

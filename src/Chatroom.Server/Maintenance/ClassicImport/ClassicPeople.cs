using System.Text;
using Chatroom.Server.Names;
using Chatroom.Server.Sessions;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>The people of Chatroom 2.0 and who is whose friend.</summary>
internal sealed class ClassicPeople(ClassicSource source, IImportTarget target, ImportReport report, ImportPace pace)
{
    private readonly Dictionary<string, ImportedPerson> people = new(StringComparer.Ordinal);

    /// <summary>Imported passwords are exempt from the rules for new ones, as long as they can be typed at a sign-in.</summary>
    public static bool CanSignIn(string password) => password.Length > 0 && Encoding.UTF8.GetByteCount(password) <= Passwords.MaxVerifiedBytes;

    public ImportedPerson? Find(string oldName) => people.GetValueOrDefault(oldName);

    /// <summary>Everybody gets an account, in the order of their registration: of two whose names are one here, the first keeps it.</summary>
    public async Task PeopleAsync(CancellationToken cancellation)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var adding = new Queue<Task<ImportedPerson>>();
        foreach (var (name, password) in source.People())
        {
            cancellation.ThrowIfCancellationRequested();
            if (name.Length == 0 || !seen.Add(name))
            {
                report.Skip(report.People, name.Length == 0 ? "no name" : $"\"{name}\" is there twice; the first one came over");
                continue;
            }

            var id = target.IdOf("person", name);
            var (chosen, account) = await ChooseAsync(name, id, taken);
            Tell(name, chosen);
            if (account is { } known)
            {
                people[name] = new ImportedPerson(name, chosen.Display, known);
                report.People.Present++;
                continue;
            }

            if (!CanSignIn(password))
            {
                report.Note($"\"{chosen.Display}\" has {(password.Length == 0 ? "no password" : "a password too long to sign in with")}: give one with `chatroom user reset-password`.");
            }

            pace.Step("people", report.People.Came);
            report.People.Came++;
            adding.Enqueue(target.AddAsync(new NewPerson(name, chosen, password, id), cancellation));
            if (adding.Count > 2 * Environment.ProcessorCount)
            {
                Keep(await adding.Dequeue());
            }
        }

        while (adding.TryDequeue(out var added))
        {
            Keep(await added);
        }
    }

    /// <summary>Friendships hold both ways, however often and in which direction they stand there.</summary>
    public async Task FriendsAsync(CancellationToken cancellation)
    {
        var seen = new HashSet<(long, long)>();
        foreach (var (first, second) in source.Friends())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Find(first) is not { } one || Find(second) is not { } other)
            {
                report.Skip(report.Friendships, $"\"{(Find(first) is null ? first : second)}\" has no account");
                continue;
            }

            if (one == other)
            {
                report.Skip(report.Friendships, "with oneself");
                continue;
            }

            if (!seen.Add((Math.Min(one.Account, other.Account), Math.Max(one.Account, other.Account))))
            {
                continue;
            }

            // Under one id for both directions, which do not always stand there in the same order.
            var (low, high) = string.CompareOrdinal(one.OldName, other.OldName) < 0 ? (one, other) : (other, one);
            var id = target.IdOf("friends", low.OldName, high.OldName);
            if ((await target.WrittenAsync([(low.Account, id)]))[0] is not null)
            {
                report.Friendships.Present++;
                continue;
            }

            pace.Step("friendships", report.Friendships.Came);
            if ((await target.BefriendAsync(low, high, id)).Refusal is { } refusal)
            {
                report.Skip(report.Friendships, refusal);
                continue;
            }

            report.Friendships.Came++;
        }
    }

    private void Keep(ImportedPerson person) => people[person.OldName] = person;

    // The same in every run: accounts made before are found by their mark, and names given in this run are as good as taken.
    private async Task<(NameCheck Name, long? Account)> ChooseAsync(string name, byte[] id, HashSet<string> taken)
    {
        foreach (var candidate in ClassicNames.Candidates(name))
        {
            if (taken.Contains(candidate.Key))
            {
                continue;
            }

            var (free, account) = await target.LookAsync(candidate, id);
            if (free || account is not null)
            {
                taken.Add(candidate.Key);
                return (candidate, account);
            }
        }

        throw new InvalidOperationException("The candidates for a name ended.");
    }

    private void Tell(string old, NameCheck chosen)
    {
        var check = NameRules.Check(old);
        if (!check.Ok)
        {
            report.Rename($"\"{old}\" is \"{chosen.Display}\" now: {NameRules.Describe(check.Problem)} On the classic port the old name still works.");
        }
        else if (chosen.Key != check.Key)
        {
            report.Rename($"\"{old}\" is \"{chosen.Display}\" now: somebody else has this name, small and capital letters being one here. On the classic port the old name still works.");
        }
    }
}

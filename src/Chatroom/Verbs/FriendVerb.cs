using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom friend</c>: friends come and go.</summary>
internal static class FriendVerb
{
    public static Command Command() => new("friend", "Adds and removes friends (`chatroom friends` lists them).")
    {
        PersonVerbs.Verb("add", "Adds a friend; the other is told.", "chatroom friend add bob", (session, person) => session.Client.People.AddFriendAsync(person, session.Stop)),
        PersonVerbs.Verb("remove", "Removes a friend.", "chatroom friend remove bob", (session, person) => session.Client.People.RemoveFriendAsync(person, session.Stop)),
    };
}

using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;

namespace Chatroom.Tests.Commands;

public sealed class WireTests
{
    [Fact]
    public void Every_code_and_its_name_are_those_that_were_published()
    {
        var published = File.ReadLines(Path.Combine(Repository(), "protocol", "vectors", "codes.txt")).Select(l => l.Split(' ')).ToDictionary(
            l => ushort.Parse(l[0], CultureInfo.InvariantCulture), l => l[1]);
        var ours = Enum.GetValues<Code>().ToDictionary(c => (ushort)c, c => UpperSnake(c.ToString()));
        Assert.Equal(published.OrderBy(p => p.Key), ours.OrderBy(o => o.Key));
    }

    [Fact]
    public void No_two_codes_share_a_number() => Assert.Equal(Enum.GetNames<Code>().Length, Enum.GetValues<Code>().Distinct().Count());

    [Fact]
    public void Every_body_of_the_wire_is_registered()
    {
        var bodies = typeof(Entry).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(Entry).Namespace && t is { IsClass: true, IsAbstract: false } && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .ToList();
        Assert.True(bodies.Count > 50);
        Assert.All(bodies, type => Assert.True(WireJson.Wire.GetTypeInfo(type) is not null, $"{type} is not registered in WireJson"));
    }

    [Fact]
    public void Parts_know_nothing_of_those_above_them()
    {
        Assert.Empty(Ours(typeof(Entry).Assembly));
        Assert.Equal(["Chatroom.Protocol"], Ours(typeof(ChatServer).Assembly));
        Assert.Equal(["Chatroom.Protocol"], Ours(typeof(ChatClient).Assembly));
    }

    private static IEnumerable<string> Ours(Assembly assembly) => assembly.GetReferencedAssemblies().Select(r => r.Name!)
        .Where(n => n.StartsWith("Chatroom", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    private static string UpperSnake(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            text.Append(char.IsAsciiLetterUpper(c) && text.Length > 0 ? "_" : "").Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "protocol", "vectors")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The repository's vectors are not above the tests.");
        }

        return folder.FullName;
    }
}

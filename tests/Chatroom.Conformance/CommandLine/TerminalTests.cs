using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.CommandLine;

/// <summary>What a person is asked at a terminal.</summary>
public sealed class TerminalTests(SharedServer fixture) : CommandLineTest(fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("C", "Password of ", "Type yes to trust it: ")]
    [InlineData("zh_CN.UTF-8", "的密码：", "表示信任：")]
    public async Task At_an_unknown_certificate_the_password_is_asked_for_once_and_all_in_the_person_s_language(string locale, string password, string trust)
    {
        var person = await PersonAsync();
        var terminal = AtTerminal(person, locale);
        var shown = new StringBuilder();
        await UntilAsync(terminal, shown, password);
        await TypeAsync(terminal, person.Password);
        await UntilAsync(terminal, shown, trust);
        Assert.Contains(Server.Fingerprint!, shown.ToString(), StringComparison.OrdinalIgnoreCase);
        await TypeAsync(terminal, "yes");
        shown.Append(await terminal.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await terminal.WaitForExitAsync();
        Assert.True(terminal.ExitCode == 0, shown.ToString());
        Assert.Single(Regex.Matches(shown.ToString(), Regex.Escape(password)));
        Assert.Contains("lobby", shown.ToString());
    }

    [Fact]
    public async Task A_certificate_that_is_not_agreed_to_gets_nothing()
    {
        var person = await PersonAsync();
        var terminal = AtTerminal(person, "C");
        var shown = new StringBuilder();
        await UntilAsync(terminal, shown, "Password of ");
        await TypeAsync(terminal, person.Password);
        await UntilAsync(terminal, shown, "trust it: ");
        await TypeAsync(terminal, "no");
        Assert.Contains("so nothing was sent", await terminal.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await terminal.WaitForExitAsync();
        Assert.Equal(3, terminal.ExitCode);
    }

    // On a machine that has not met the server, with nothing in the environment that would be an answer.
    private static Process AtTerminal(Person person, string locale)
    {
        person.Environment["CHATROOM_TRUST"] = "";
        person.Environment["CHATROOM_PASSWORD"] = "";
        person.Environment["CHATROOM_PROFILE"] = Path.Combine(person.Folder, "another");
        person.Environment["LC_ALL"] = locale;
        return person.StartAtTerminal("rooms");
    }

    private static async Task TypeAsync(Process terminal, string line)
    {
        await terminal.StandardInput.WriteAsync(line + "\n");
        await terminal.StandardInput.FlushAsync();
    }

    private static async Task UntilAsync(Process terminal, StringBuilder shown, string text)
    {
        using var limit = new CancellationTokenSource(Patience);
        var one = new char[1];
        while (!shown.ToString().Contains(text, StringComparison.Ordinal))
        {
            if (await terminal.StandardOutput.ReadAsync(one, limit.Token) == 0)
            {
                throw new InvalidOperationException($"It ended before it said \"{text}\":\n{shown}");
            }

            shown.Append(one[0]);
        }
    }
}

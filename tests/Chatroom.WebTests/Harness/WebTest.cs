namespace Chatroom.WebTests.Harness;

/// <summary>
/// A test with people at browsers. At its end no page may have complained; when it failed, each person's trace and pictures are kept under
/// <c>TestResults/</c> (open a trace with https://trace.playwright.dev).
/// </summary>
public abstract class WebTest(Browsers browsers, ChatServer server) : IAsyncLifetime
{
    // Longer than any test that goes on; what a page is asked by a script has no bound of its own.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(8);

    private readonly List<Person> people = [];
    private Timer? watch;

    protected Browsers Browsers { get; } = browsers;

    protected ChatServer Server { get; } = server;

    public ValueTask InitializeAsync()
    {
        watch = new Timer(_ => GiveUp(), null, Longest, Timeout.InfiniteTimeSpan);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        watch?.Dispose();
        var problems = people.SelectMany(person => person.Problems.Select(problem => $"{person.Name}: {problem}")).ToList();
        if (problems.Count > 0 || TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            await KeepAsync();
        }

        foreach (var person in people)
        {
            await person.DisposeAsync();
        }

        Assert.True(problems.Count == 0, "The pages complained:\n" + string.Join('\n', problems));
    }

    /// <summary>A browser, at no address yet.</summary>
    protected async Task<Person> ComeAsync(Style? style = null) => Know(await Person.ComeAsync(Browsers.Chromium, Server, style ?? new Style()));

    /// <summary>A newcomer who has registered at the page.</summary>
    protected async Task<Person> JoinAsync(string name, Style? style = null) => await (await ComeAsync(style)).RegisterAsync(name);

    /// <summary>Several at once, as they would.</summary>
    protected async Task<Person[]> JoinAllAsync(params string[] names) => await Task.WhenAll(names.Select(name => JoinAsync(name)));

    /// <summary>Two in a group of their own; the first owns it.</summary>
    protected async Task<(Person Ann, Person Ben, string Group)> InGroupAsync(string name)
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var group = await people[0].CreateGroupAsync(name);
        await people[0].InviteAsync(people[1]);
        await people[1].AcceptAsync(group);
        await Expect(people[0].System($"{people[1].Name} joined the room")).ToBeVisibleAsync();
        return (people[0], people[1], group);
    }

    protected Person Know(Person person)
    {
        lock (people)
        {
            people.Add(person);
        }

        return person;
    }

    // Whatever still waits for these people fails now, and says where it waited.
    private void GiveUp()
    {
        lock (people)
        {
            foreach (var person in people)
            {
                _ = person.Context.CloseAsync();
            }
        }
    }

    private async Task KeepAsync()
    {
        var test = TestContext.Current.TestMethod;
        var folder = Path.Combine(Repository.Root, "TestResults", $"{test?.TestClass.TestClassSimpleName}.{test?.MethodName}");
        Directory.CreateDirectory(folder);
        for (var i = 0; i < people.Count; i++)
        {
            try
            {
                await people[i].KeepAsync(folder, $"{i + 1}-{people[i].Name}");
            }
            catch (Exception e) when (e is PlaywrightException or TimeoutException)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"{i + 1}.txt"), e.Message);
            }
        }
    }
}

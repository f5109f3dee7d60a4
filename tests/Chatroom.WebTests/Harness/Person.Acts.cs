namespace Chatroom.WebTests.Harness;

// What people do and see, in one line each.
public sealed partial class Person
{
    public ILocator Composer => Page.Locator("#composer");

    public ILocator Dialog => Page.Locator("dialog#dialog");

    public ILocator Popover => Page.Locator("#popover");

    public ILocator Connection => Page.Locator(".connection");

    public ILocator Timeline => Page.Locator("#timeline");

    /// <summary>All messages that the server has.</summary>
    public ILocator Rows => Page.Locator("article.row[data-seq]");

    /// <summary>Messages that it has not.</summary>
    public ILocator Pending => Page.Locator("article.row[data-client]");

    public ILocator Row(string text) => Page.Locator("article.row[data-seq]", new() { HasText = text });

    /// <summary>A line in the middle: somebody came, left, renamed.</summary>
    public ILocator System(string text) => Page.Locator(".system", new() { HasText = text });

    /// <summary>A room or private chat in the sidebar.</summary>
    public ILocator Nav(string name) => Page.Locator(".sidebar .nav-row[data-room]", new() { Has = Page.Locator(".nav-name", new() { HasText = name }) });

    /// <summary>A person in the sidebar with whom there is no chat yet: a friend, or somebody who is online.</summary>
    public ILocator Someone(string name) => Page.Locator(".sidebar .nav-row[data-person]", new() { HasText = name });

    public ILocator Badge(string room) => Nav(room).Locator(".badge");

    /// <summary>A toast to be clicked; it goes after some seconds.</summary>
    public ILocator Toast(string text) => Page.Locator(".toast", new() { HasText = text });

    /// <summary>Waits until the page has told it in a toast since it was loaded, whether or not that is still there.</summary>
    public Task ToastedAsync(string text) => Page.WaitForFunctionAsync("text => toasts.some(one => one.includes(text))", text);

    public async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Says it and waits until the server has it.</summary>
    public async Task SaidAsync(string text)
    {
        await SayAsync(text);
        await SeesAsync(text);
    }

    public Task SeesAsync(string text) => Expect(Row(text)).ToBeVisibleAsync();

    public async Task OpenAsync(string room)
    {
        await Nav(room).First.ClickAsync();
        await Expect(Nav(room).First).ToHaveAttributeAsync("aria-current", "page");
    }

    /// <summary>An item of a menu: of the account's (<c>#account-button</c>), of the room's (<c>#room-menu</c>), of new rooms (<c>#new-room</c>).</summary>
    public async Task ChooseAsync(string opener, string item)
    {
        await Page.ClickAsync(opener);
        await MenuItem(item).ClickAsync();
    }

    public ILocator MenuItem(string name) => Popover.Locator("[role^=menuitem]", new() { HasText = name });

    /// <summary>What is in the menu of a message.</summary>
    public async Task ChooseForAsync(string text, string item)
    {
        await OpenMenuAsync(text);
        await MenuItem(item).ClickAsync();
    }

    public async Task OpenMenuAsync(string text)
    {
        await ActAsync(text, "menu");
        await Expect(Popover).ToBeVisibleAsync();
    }

    /// <summary>Reacts with the first of the quick ones, a thumb up.</summary>
    public Task ThumbUpAsync(string text) => ActAsync(text, "react-with");

    /// <summary>Clicks a button of the bar that stands over a message under the pointer.</summary>
    public async Task ActAsync(string text, string act)
    {
        // What comes or goes around it may push the row from under the pointer: a person would point at it again.
        var button = Row(text).Locator($".actions button[data-act={act}]").First;
        for (var tries = 0; ; tries++)
        {
            await Row(text).HoverAsync();
            try
            {
                await button.ClickAsync(new() { Timeout = 5000 });
                return;
            }
            catch (TimeoutException) when (tries < 5)
            {
                await Page.Mouse.MoveAsync(0, 0);
            }
        }
    }

    public async Task CloseDialogAsync()
    {
        await Dialog.Locator("button.close").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>The text of every message shown, in order.</summary>
    public async Task<string[]> TextsAsync() => await Page.EvaluateAsync<string[]>(
        "() => [...document.querySelectorAll('article.row .text')].map(e => e.textContent)");

    /// <summary>Attaches files by the button, as from a disk.</summary>
    public async Task AttachAsync(params FilePayload[] files)
    {
        var chooser = await Page.RunAndWaitForFileChooserAsync(() => Page.ClickAsync("button[aria-label='Attach files']"));
        await chooser.SetFilesAsync(files);
        await Expect(Page.Locator(".chip")).ToHaveCountAsync(files.Length);
    }

    public async Task SendFilesAsync(params FilePayload[] files)
    {
        await AttachAsync(files);
        await Page.ClickAsync(".composer button.send");
    }

    /// <summary>Makes a group and stays in it.</summary>
    public async Task<string> CreateGroupAsync(string name, bool @public = true)
    {
        name = Unique.Name(name);
        await ChooseAsync("#new-room", "Create a group");
        await Dialog.Locator("#group-name").FillAsync(name);
        if (!@public)
        {
            await Dialog.GetByRole(AriaRole.Switch, new() { Name = "Public" }).UncheckAsync();
        }

        await Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(Nav(name)).ToHaveAttributeAsync("aria-current", "page");
        await Expect(Dialog).ToHaveCountAsync(0);
        return name;
    }

    public Task InviteAsync(Person whom) => InviteAsync(whom.Name);

    public async Task InviteAsync(string name)
    {
        await ChooseAsync("#room-menu", "Invite someone");
        await Dialog.Locator("#invite-name").FillAsync(name);
        await Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    public async Task AcceptAsync(string group)
    {
        await Page.Locator(".invitation", new() { HasText = group }).Locator(".accept").ClickAsync();
        await Expect(Page.Locator(".room-title")).ToContainTextAsync(group);
    }

    /// <summary>Opens the private chat with a person by their card in the members' pane.</summary>
    public async Task WriteToAsync(Person whom)
    {
        await Page.Locator(".members .member", new() { HasText = whom.Name }).ClickAsync();
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Write" }).ClickAsync();
        await Expect(Page.Locator(".room-title")).ToContainTextAsync(whom.Name);
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    public async Task AddFriendAsync(Person whom)
    {
        await Page.ClickAsync("#s-friends ~ button");
        await Dialog.Locator("#friend-name").FillAsync(whom.Name);
        await Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>The person of a room looks elsewhere: another tab, another program.</summary>
    public Task LookAwayAsync() => Page.EvaluateAsync("""
        () => {
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
            document.hasFocus = () => false;
            dispatchEvent(new Event('blur'));
            document.dispatchEvent(new Event('visibilitychange'));
        }
        """);

    public Task LookBackAsync() => Page.EvaluateAsync("""
        () => {
            delete document.visibilityState;
            delete document.hasFocus;
            dispatchEvent(new Event('focus'));
            document.dispatchEvent(new Event('visibilitychange'));
        }
        """);

    public Task<double> ScrollTopAsync() => Page.EvaluateAsync<double>("() => document.getElementById('timeline').scrollTop");

    /// <summary>Which row is at the top of the timeline, and how far below its edge.</summary>
    public Task<string> PlaceOfTopRowAsync() => Page.EvaluateAsync<string>("""
        () => {
            const top = document.getElementById('timeline').getBoundingClientRect().top;
            const row = [...document.querySelectorAll('#timeline [data-seq]')].find(row => row.getBoundingClientRect().bottom > top);
            return `${row.dataset.seq} at ${Math.round(row.getBoundingClientRect().top - top)}`;
        }
        """);

    /// <summary>Turns the wheel over the timeline.</summary>
    public async Task ScrollAsync(float down)
    {
        var box = (await Timeline.BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.WheelAsync(0, down);
    }

    /// <summary>Turns the wheel until a text is in view; all texts that were met, in order of the room. The document may never hold much more than 300 rows.</summary>
    public async Task<string[]> WalkAsync(float step, string until)
    {
        const int MostRows = 400;
        var found = new SortedDictionary<long, string>();
        for (var turns = 0; turns < 400; turns++)
        {
            var seen = await Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('article.row[data-seq]')].map(row => row.dataset.seq + ' ' + (row.querySelector('.text')?.textContent ?? ''))");
            Assert.True(seen.Length <= MostRows, $"{seen.Length} rows in the document.");
            foreach (var row in seen)
            {
                var blank = row.IndexOf(' ');
                found[long.Parse(row[..blank])] = row[(blank + 1)..];
            }

            if (seen.Any(row => row.EndsWith(' ' + until, StringComparison.Ordinal)))
            {
                return [.. found.Values];
            }

            await ScrollAsync(step);
            await FrameAsync();
        }

        throw new TimeoutException($"{until} did not come, only {string.Join(", ", found.Values.Take(20))} …");
    }

    /// <summary>The place of the top row when it has been the same for some frames: after a wheel the page still glides.</summary>
    public async Task<string> SettledPlaceAsync()
    {
        for (var (last, same) = ("", 0); ;)
        {
            var now = await PlaceOfTopRowAsync();
            (last, same) = (now, now == last ? same + 1 : 0);
            if (same == 5)
            {
                return now;
            }

            await FrameAsync();
        }
    }

    // A frame, and the handlers behind it.
    private Task FrameAsync() => Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))");
}

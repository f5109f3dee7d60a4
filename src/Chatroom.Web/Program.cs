using Chatroom.Web;
using Chatroom.Web.Browser;
using Chatroom.Web.State;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Microsoft.Extensions.DependencyInjection;

// The page's own scripts have begun before .NET came: here they get their faces, and whoever has signed in meanwhile becomes this tab's account.
await Task.WhenAll(
    Boot.LoadAsync(), Texts.LoadAsync(), Page.LoadAsync(), Preferences.LoadAsync(), TimelineScroll.LoadAsync(), ComposerField.LoadAsync(),
    BrowserHttp.LoadAsync(), BrowserTransport.LoadAsync(), Dates.LoadAsync());
var (id, name) = await Boot.AccountAsync();
var chat = await Chat.OpenAsync(id, name);
await Notifier.StartAsync(id, chat.Select);

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.Services.AddSingleton(chat);
builder.RootComponents.Add<Chatroom.Web.Components.App>("#app");
var host = builder.Build();
chat.Start();
await host.RunAsync();

using Chatroom.WebBench;

// Measures and photographs the web client in a real Chromium, against the built executable (./run builds it):
//   dotnet run -c Release --project bench/Chatroom.WebBench -- measure [ROUNDS]      prints the table of docs/WEB.md
//   dotnet run -c Release --project bench/Chatroom.WebBench -- hour                   memory over an hour's worth of chat
//   dotnet run -c Release --project bench/Chatroom.WebBench -- pictures FOLDER        the pictures of README
switch (args)
{
    case ["measure", .. var rest]:
        await Measure.RunAsync(rest is [var rounds] ? int.Parse(rounds) : 5);
        return 0;
    case ["hour"]:
        await Hour.RunAsync();
        return 0;
    case ["pictures", var folder]:
        await Pictures.RunAsync(folder);
        return 0;
    default:
        Console.Error.WriteLine("usage: Chatroom.WebBench measure [ROUNDS] | hour | pictures FOLDER");
        return 2;
}

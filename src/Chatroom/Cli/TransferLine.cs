using System.Globalization;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>Progress of a transfer, on one line of a terminal; nothing elsewhere.</summary>
internal sealed class TransferLine(string name) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    private readonly bool _shown = !Console.IsErrorRedirected;
    private long _last;
    private TransferPhase _phase;

    public void Report(TransferProgress value)
    {
        var now = Environment.TickCount64;
        if (!_shown || (value.Phase == _phase && value.Bytes < value.Total && now - _last < Refresh.TotalMilliseconds))
        {
            return;
        }

        (_last, _phase) = (now, value.Phase);
        var share = value.Total == 0 ? 100 : value.Bytes * 100.0 / value.Total;
        var state = value.Phase switch
        {
            TransferPhase.Hashing => "checking",
            TransferPhase.WaitingToRetry => "connection lost, trying again…",
            TransferPhase.Done => "done",
            _ => "",
        };
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{Sanitizer.Line(name)}  {EntryWords.Size(value.Bytes)} of {EntryWords.Size(value.Total)}  {share:0} %  {state}"));
        if (value.Phase == TransferPhase.Done)
        {
            Console.Error.WriteLine();
        }
    }
}

namespace Chatroom.Server.Names;

/// <summary>A set of up to 192 scripts by index; a value, so that intersections cost nothing.</summary>
internal readonly record struct ScriptSet
{
    private const int Capacity = 192;

    private readonly ulong low;
    private readonly ulong middle;
    private readonly ulong high;

    private ScriptSet(ulong low, ulong middle, ulong high) => (this.low, this.middle, this.high) = (low, middle, high);

    /// <summary>Every script: what Common and Inherited characters count as (UTS #39, section 5.1).</summary>
    public static ScriptSet All => new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (low | middle | high) == 0;

    public ScriptSet With(int script) => script switch
    {
        < 0 or >= Capacity => throw new ArgumentOutOfRangeException(nameof(script)),
        < 64 => new(low | (1UL << script), middle, high),
        < 128 => new(low, middle | (1UL << (script - 64)), high),
        _ => new(low, middle, high | (1UL << (script - 128))),
    };

    public bool Overlaps(ScriptSet other) => !(this & other).IsEmpty;

    public static ScriptSet operator &(ScriptSet a, ScriptSet b) => new(a.low & b.low, a.middle & b.middle, a.high & b.high);

    public static ScriptSet operator |(ScriptSet a, ScriptSet b) => new(a.low | b.low, a.middle | b.middle, a.high | b.high);
}

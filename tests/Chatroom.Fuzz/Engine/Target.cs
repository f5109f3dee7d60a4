namespace Chatroom.Fuzz.Engine;

/// <summary>
/// A decoder of what strangers send, or of what the disk may have done to a file, with its promise. Running it throws only when the promise is broken;
/// it never runs twice at a time.
/// </summary>
internal abstract class Target
{
    public abstract string Name { get; }

    /// <summary>What holds for every input, in one sentence; that it ends and keeps to <see cref="Allocates"/> is promised by all.</summary>
    public abstract string Promise { get; }

    /// <summary>Sound inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Words that the format knows: chance alone would not find them.</summary>
    public virtual IReadOnlyList<string> Words => [];

    /// <summary>Longest input tried, bytes.</summary>
    public virtual int Longest => 2048;

    /// <summary>Most bytes that an input of this length may make the decoder allocate, the checks of the target included.</summary>
    public virtual long Allocates(int length) => (256 << 10) + (256L * length);

    /// <exception cref="Exception">The promise is broken.</exception>
    public abstract void Run(byte[] input);
}

/// <summary>Something that was promised does not hold.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);

internal static class Promised
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    public static void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string otherwise) => That(expected.SequenceEqual(actual), otherwise);

    /// <summary>Whether it fails with the documented exception; any other goes on to whoever runs the target.</summary>
    public static bool Fails<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return false;
        }
        catch (T)
        {
            return true;
        }
    }
}

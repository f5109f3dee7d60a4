namespace Chatroom.Fuzz.Engine;

/// <summary>
/// What happens to a file on a disk, told by an input, done to a sound file made in the run itself: so an input means the same whatever keys the run has.
/// </summary>
internal static class Damage
{
    /// <summary>Applies operations of five bytes each: what, where (u16 of the length), two bytes of argument.</summary>
    public static byte[] Apply(byte[] sound, Input script)
    {
        var bytes = new List<byte>(sound);
        for (var operations = 0; !script.Ended && operations < 32; operations++)
        {
            var (what, place, a, b) = (script.Byte(), script.UInt16(), script.Byte(), script.Byte());
            var at = bytes.Count == 0 ? 0 : place % bytes.Count;
            var length = Math.Min(a + 1, bytes.Count - at);
            switch (what % 8)
            {
                case 0 when bytes.Count > 0:
                    bytes[at] ^= (byte)(1 << (a % 8));
                    break;
                case 1 when bytes.Count > 0:
                    bytes[at] = a;
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat(b, a + 1));
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 6:
                    bytes.Reverse(at, length);
                    break;
                default:
                    bytes.AddRange(bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }
}

namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    private long? PutSealed(byte[]? value) => value is null
        ? null
        : Number(Write("INSERT INTO sealed (value) VALUES (?1) RETURNING id").Bind(value));

    /// <summary>Keeps the value where it is when it has not changed; else overwrites it with zeros and puts the new one.</summary>
    /// <param name="reference">A statement that asks for the id of the old value.</param>
    private long? ReplaceSealed(Statement reference, byte[]? value)
    {
        if (Number(reference) is not { } id)
        {
            return PutSealed(value);
        }

        using (var old = Query("SELECT value FROM sealed WHERE id = ?1").Bind(id))
        {
            if (value is not null && old.Step() && old.Blob(0).AsSpan().SequenceEqual(value))
            {
                return id;
            }
        }

        EraseSealed(id);
        return PutSealed(value);
    }

    private void EraseSealed(long id) => Write("UPDATE sealed SET value = zeroblob(length(value)) WHERE id = ?1").Bind(id).Run();
}

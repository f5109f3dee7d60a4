namespace Chatroom.Server.Storage.Sqlite.Migrations;

internal static class M0001Initial
{
    // Names are those of Rows.cs. Booleans are 0 and 1, times UTC milliseconds. Tables whose rows are small or are read in runs of their key have no
    // rowid; partial indexes carry only the rows they are for.
    //
    // What can be erased is in two tables, entries and sealed, that only grow at their end and whose rows never change their length: erasing overwrites
    // with as many zeros. secure_delete alone is not enough: when SQLite splits a page it moves rows, and the gaps keep what was there before.
    public const string Sql = """
        CREATE TABLE sealed (
            id INTEGER PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT;

        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY,
            name_key BLOB NOT NULL UNIQUE,
            sealed_name INTEGER, -- sealed.id
            password_hash TEXT NOT NULL,
            role INTEGER NOT NULL,
            created INTEGER NOT NULL,
            disabled INTEGER NOT NULL,
            deleted INTEGER NOT NULL,
            accept INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            seen_revision INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX accounts_owners ON accounts (id) WHERE role = 2 AND disabled = 0 AND deleted = 0;

        CREATE TABLE devices (
            id INTEGER PRIMARY KEY,
            account INTEGER NOT NULL,
            token_hash BLOB NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            scopes INTEGER NOT NULL,
            sealed_info INTEGER NOT NULL, -- sealed.id
            created INTEGER NOT NULL,
            last_used INTEGER NOT NULL,
            expires INTEGER,
            revoked INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX devices_account ON devices (account, created, id) WHERE revoked = 0;

        CREATE TABLE registration_invites (
            code_hash BLOB PRIMARY KEY,
            created_by INTEGER NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            uses_left INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            actor INTEGER,
            action TEXT NOT NULL,
            subject INTEGER,
            room INTEGER,
            sealed_detail BLOB
        ) STRICT;

        CREATE TABLE items (
            account INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            key INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            deleted INTEGER NOT NULL,
            PRIMARY KEY (account, kind, key)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX items_revision ON items (account, revision);

        CREATE TABLE friends (
            account INTEGER NOT NULL,
            other INTEGER NOT NULL,
            by INTEGER NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (account, other)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE blocks (
            account INTEGER NOT NULL,
            other INTEGER NOT NULL,
            PRIMARY KEY (account, other)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE invitations (
            account INTEGER NOT NULL,
            room INTEGER NOT NULL,
            by INTEGER NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (account, room)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE positions (
            account INTEGER NOT NULL,
            room INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (account, room)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rooms (
            id INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            name_key BLOB,
            sealed_info BLOB,
            public INTEGER NOT NULL,
            history INTEGER NOT NULL,
            created INTEGER NOT NULL,
            created_by INTEGER NOT NULL,
            head INTEGER NOT NULL,
            head_link BLOB NOT NULL,
            ordinal INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX rooms_name ON rooms (name_key) WHERE name_key IS NOT NULL;
        CREATE INDEX rooms_public ON rooms (id) WHERE kind = 1 AND public = 1;

        CREATE TABLE private_rooms (
            low INTEGER NOT NULL,
            high INTEGER NOT NULL,
            room INTEGER NOT NULL,
            PRIMARY KEY (low, high)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE memberships (
            room INTEGER NOT NULL,
            account INTEGER NOT NULL,
            joined_seq INTEGER NOT NULL,
            left_seq INTEGER,
            role INTEGER NOT NULL,
            PRIMARY KEY (room, account, joined_seq)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX memberships_open ON memberships (room, account) WHERE left_seq IS NULL;
        CREATE INDEX memberships_account ON memberships (account, room) WHERE left_seq IS NULL;

        CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            room INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            sender INTEGER NOT NULL,
            time INTEGER NOT NULL,
            client_id BLOB NOT NULL,
            target INTEGER,
            subject INTEGER,
            counts INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            sender_ordinal INTEGER NOT NULL,
            recalled INTEGER NOT NULL,
            erased INTEGER NOT NULL, -- sealed_body is zeros
            sealed_body BLOB,
            body_digest BLOB NOT NULL,
            link BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entries_seq ON entries (room, seq);
        CREATE INDEX entries_target ON entries (room, target, seq) WHERE target IS NOT NULL;
        CREATE INDEX entries_sender ON entries (room, sender, seq, sender_ordinal) WHERE counts = 1;
        CREATE INDEX entries_recalled ON entries (room, seq, sender) WHERE counts = 1 AND recalled = 1;
        CREATE INDEX entries_files ON entries (room, seq) WHERE kind = 3 AND recalled = 0;

        CREATE TABLE pins (
            room INTEGER NOT NULL,
            target INTEGER NOT NULL,
            pin_seq INTEGER NOT NULL,
            PRIMARY KEY (room, target)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE changes (
            account INTEGER NOT NULL,
            client_id BLOB NOT NULL,
            digest BLOB NOT NULL,
            code INTEGER NOT NULL,
            room INTEGER,
            seq INTEGER,
            sealed_reply BLOB,
            time INTEGER NOT NULL,
            PRIMARY KEY (account, client_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE files (
            id TEXT PRIMARY KEY,
            room INTEGER NOT NULL,
            seq INTEGER,
            account INTEGER NOT NULL,
            device INTEGER NOT NULL,
            client_id BLOB NOT NULL,
            size INTEGER NOT NULL,
            state INTEGER NOT NULL,
            created INTEGER NOT NULL,
            progress INTEGER NOT NULL,
            sealed_info INTEGER, -- sealed.id
            UNIQUE (account, client_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX files_stale ON files (progress) WHERE state = 0;
        CREATE INDEX files_open ON files (account, size) WHERE state = 0;
        """;
}

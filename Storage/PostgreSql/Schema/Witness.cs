using Npgsql;
using Orchestration.Storage.PostgreSql.Connections;

namespace Orchestration.Storage.PostgreSql.Schema;

/// <summary>
/// Knows from outside whether the database is the one that was last in use: a token is renewed in the database and in a file
/// beside the silo, now and then. A server whose files were put back is the server of an earlier time to the last bit, and names
/// an earlier token.
/// </summary>
internal sealed class Witness : IDisposable
{
    /// <summary>A file that nobody has held for so long says nothing any more, and its row is removed after twice that.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    private readonly string _schema;
    private readonly TimeProvider _time;
    private readonly WitnessFile[] _files;
    private WitnessNote? _note;

    /// <exception cref="Grains.Storage.StoreRefused">The directory cannot be used.</exception>
    public Witness(string schema, string directory, Guid dataSet, TimeProvider time)
    {
        (_schema, _time) = (schema, time);
        _files = [.. WitnessFile.TakeFree(directory, dataSet)];
    }

    /// <summary>The file that is held.</summary>
    public string Place => _files[0].Path;

    /// <summary>Whether a silo of this machine knows something that the database does not.</summary>
    /// <param name="connection">A connection, in the transaction that decides.</param>
    /// <param name="incarnation">The database's incarnation.</param>
    /// <param name="previous">Those before it: what they left out was consented to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> MissesAsync(
        NpgsqlConnection connection, Guid incarnation, Guid[] previous, CancellationToken cancellationToken)
    {
        foreach (var file in _files)
        {
            if (file.Read() is not { } note || previous.Contains(note.Incarnation)) continue;
            if (note.At < _time.GetUtcNow() - Lifetime) continue;
            if (note.Incarnation != incarnation) return true;
            var token = await TokenAsync(connection, note.Id, cancellationToken).ConfigureAwait(false);
            if (!note.Tokens.Contains(token)) return true;
        }

        return false;
    }

    /// <summary>Goes on from what has been judged: the first file is this silo's, the others are left to others.</summary>
    public async Task BeginAsync(NpgsqlConnection connection, Guid incarnation, CancellationToken cancellationToken)
    {
        await Commands.RunAsync(
            connection, $"DELETE FROM {_schema}.witnesses WHERE noted_at < now() - $1", cancellationToken, 2 * Lifetime)
            .ConfigureAwait(false);
        var id = _files[0].Read()?.Id ?? Guid.NewGuid();
        var token = await TokenAsync(connection, id, cancellationToken).ConfigureAwait(false);
        _note = new WitnessNote(id, incarnation, _time.GetUtcNow(), [token]);
        await RenewAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (var file in _files.Skip(1)) file.Dispose();
    }

    /// <summary>Whether the database still names this silo's token.</summary>
    public async Task<bool> IsKnownAsync(NpgsqlConnection connection)
    {
        // A renewal may go on meanwhile: what it makes of the note is looked at before and after.
        var before = Volatile.Read(ref _note)!;
        var token = await TokenAsync(connection, before.Id, CancellationToken.None).ConfigureAwait(false);
        return before.Tokens.Contains(token) || Volatile.Read(ref _note)!.Tokens.Contains(token);
    }

    /// <summary>
    /// Draws a new token. The file names both until the database has the new one, so that a crash between is no restore. One at a
    /// time.
    /// </summary>
    public async Task RenewAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // One whose outcome is unknown is written again: the database has one of the two.
        var next = _note!.Tokens.Count == 2 ? _note.Tokens[1] : Guid.NewGuid();
        Note(_note with { At = _time.GetUtcNow(), Tokens = [_note.Tokens[0], next] });
        await Commands.RunAsync(
            connection,
            $"INSERT INTO {_schema}.witnesses(id, token, noted_at) VALUES ($1, $2, now()) "
            + "ON CONFLICT (id) DO UPDATE SET token = $2, noted_at = now()",
            cancellationToken, _note.Id, next).ConfigureAwait(false);
        Note(_note with { Tokens = [next] });
    }

    /// <summary>Lets the files go.</summary>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private async Task<Guid> TokenAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await Commands.RowAsync(
            connection, $"SELECT token FROM {_schema}.witnesses WHERE id = $1", static row => row.GetGuid(0),
            cancellationToken, id).ConfigureAwait(false);

    private void Note(WitnessNote note)
    {
        _files[0].Write(note);
        Volatile.Write(ref _note, note);
    }
}

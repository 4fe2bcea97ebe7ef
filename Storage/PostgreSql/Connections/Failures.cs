using System.Net.Sockets;
using Npgsql;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.PostgreSql.Connections;

/// <summary>What the errors of the driver and the server mean.</summary>
internal static class Failures
{
    /// <summary>The server set the transaction back for the sake of another; it may be done again at once.</summary>
    public static bool IsRolledBack(Exception error) =>
        error is PostgresException
        {
            SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.LockNotAvailable,
        };

    /// <summary>
    /// The request itself is to blame (a text with a zero byte, a row beyond a limit), not the server or the way to it:
    /// others would be carried out.
    /// </summary>
    public static bool IsOfRequest(Exception error) => error switch
    {
        StoreUnavailable => false,
        PostgresException server => server.SqlState.StartsWith("22", StringComparison.Ordinal)
            || server.SqlState.StartsWith("23", StringComparison.Ordinal)
            || server.SqlState.StartsWith("54", StringComparison.Ordinal),
        NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException => false,
        ObjectDisposedException => false,
        _ => true,
    };

    /// <summary>
    /// The connection, not the statement, has failed; or it no longer is the session that it was (26000: what was prepared is
    /// gone).
    /// </summary>
    public static bool IsOfConnection(Exception error) => error switch
    {
        PostgresException server => server.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or "25P03" or "57P05" or "26000",
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException or IOException or SocketException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>The error that callers see of a write or read that was under way.</summary>
    public static Exception Shown(Exception error) => error switch
    {
        EngineFault or ApiFailure or OperationCanceledException => error,
        _ when Inner<StoreUnavailable>(error) is { } said => said,
        PostgresException { SqlState: "XX001" or "XX002" } =>
            new EngineFault(FaultCodes.StoreCorrupt, "The database reports damaged data.", error),
        _ when IsOfRequest(error) => new EngineFault(FaultCodes.StoreUnavailable, "The request cannot be carried out.", error),
        PostgresException server => new StoreUnavailable(
            $"The database did not carry it out: {server.MessageText} ({server.SqlState}).", error),
        _ => new StoreUnavailable("The database could not be reached, or its answer was lost.", error),
    };

    /// <summary>The error that opening a store ends with.</summary>
    public static Exception Refusal(Exception error, string where) => error switch
    {
        EngineFault or OperationCanceledException => error,
        PostgresException { SqlState: "28P01" or "28000" } server =>
            Unfit($"{where} does not let this user in: {server.MessageText}.", error),
        PostgresException { SqlState: "3D000" } server =>
            Unfit($"{where}: {server.MessageText}. Create the database, or correct the connection string.", error),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } server => Unfit(
            $"{where}: {server.MessageText}. The silo's role lacks a right, or the tables have to be made or brought up to date "
            + "by their owner; docs/postgresql.md has the grants.", error),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            Unfit($"{where} takes no writes: it is a standby or set to read-only. Name the primary.", error),
        PostgresException { SqlState: "XX001" or "XX002" } =>
            new StoreRefused(FaultCodes.StoreCorrupt, $"{where} reports damaged data.", error),
        PostgresException server => new StoreUnavailable($"{where}: {server.MessageText} ({server.SqlState}).", error),
        _ => new StoreUnavailable($"{where} could not be reached.", error),
    };

    // Where several hosts are named, the driver tells of each one's failure within one of its own.
    private static T? Inner<T>(Exception error)
        where T : Exception => error switch
        {
            T found => found,
            AggregateException many => many.InnerExceptions.Select(Inner<T>).FirstOrDefault(static e => e is not null),
            _ => error.InnerException is { } inner ? Inner<T>(inner) : null,
        };

    public static StoreRefused Unfit(string message, Exception? inner = null) => new(FaultCodes.StoreUnfit, message, inner);
}

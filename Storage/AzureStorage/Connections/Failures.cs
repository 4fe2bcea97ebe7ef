using System.Globalization;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;

namespace Orchestration.Storage.AzureStorage.Connections;

/// <summary>What the service's errors mean, and what to do about them.</summary>
internal static class Failures
{
    /// <summary>Whether the request may be sent again: it was throttled, lost on the way, or the service failed.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 and < 600 } => true,
        RequestFailedException { ErrorCode: "ContainerBeingDeleted" or "AccountBeingCreated" } => true,
        RequestFailedException => false,
        AggregateException all => all.InnerExceptions.All(IsPassing),
        AuthenticationFailedException => true, // no token: nothing was sent
        TaskCanceledException or TimeoutException or IOException or HttpRequestException or SocketException => true,
        _ => false,
    };

    /// <summary>Whether the host's name is unknown: of an account that was never there, or of a network that is not up.</summary>
    public static bool IsUnknownHost(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => true,
        AggregateException { InnerException: { } first } => IsUnknownHost(first),
        RequestFailedException { InnerException: { } inner } => IsUnknownHost(inner),
        _ => false,
    };

    /// <summary>Whether the address or the identity is wrong, as far as one can tell who opens a store.</summary>
    public static bool IsOfTheAddress(Exception error) => IsUnknownHost(error) || error is AuthenticationFailedException;

    /// <summary>How long the service asks to be left alone; null where it does not say.</summary>
    public static TimeSpan? RetryAfter(Exception error)
    {
        if (error is not RequestFailedException failed || failed.GetRawResponse() is not { } response) return null;
        if (response.Headers.TryGetValue("x-ms-retry-after-ms", out var text)
            && double.TryParse(text, CultureInfo.InvariantCulture, out var milliseconds))
            return TimeSpan.FromMilliseconds(milliseconds);
        return response.Headers.TryGetValue("Retry-After", out text)
            && double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }

    public static bool Is(RequestFailedException error, BlobErrorCode code) => error.ErrorCode == code.ToString();

    /// <summary>The error that callers see of a write or read: it says what to do, and that it may be tried again.</summary>
    public static Exception Shown(Exception error, string where, DateTimeOffset now) => error switch
    {
        EngineFault or ApiFailure or OperationCanceledException { CancellationToken.IsCancellationRequested: true } => error,
        RequestFailedException failed when Explain(failed, now) is { } why => new StoreUnavailable($"{where}: {why}", error),
        AuthenticationFailedException => new StoreUnavailable($"{where}: {NoToken(error)}", error),
        RequestFailedException failed => new StoreUnavailable(
            $"{where} did not carry it out: {Code(failed) ?? "no answer"} ({failed.Status}).", error),
        _ => new StoreUnavailable($"{where} could not be reached, or its answer was lost: {error.Message}", error),
    };

    /// <summary>The error that opening a store ends with: what is certain to need a change is a refusal.</summary>
    public static Exception Refusal(Exception error, string where, DateTimeOffset now)
    {
        if (error is StoreUnavailable { InnerException: { } cause }) error = cause;
        if (error is EngineFault) return error;
        if (IsUnknownHost(error))
            return Unfit(
                $"{where}: the account's host name is not known. Check the account's name and the endpoint in the connection "
                + "string (ORCHESTRATION_STORE or --store).", error);
        if (error is AuthenticationFailedException) return Unfit($"{where}: {NoToken(error)}", error);
        if (error is FormatException or ArgumentException)
            return Unfit($"{where}: the connection string cannot be read: {error.Message}", error);
        if (error is RequestFailedException failed && !IsPassing(failed))
            return Unfit(
                $"{where}: {Explain(failed, now) ?? $"the service refuses: {Code(failed)} ({failed.Status})."}", error);
        return Shown(error, where, now);
    }

    public static StoreRefused Unfit(string message, Exception? inner = null) => new(FaultCodes.StoreUnfit, message, inner);

    private static string NoToken(Exception error) =>
        $"no token is to be had for this silo's identity ({error.Message.Split('\n')[0].Trim()}). Give this machine a managed "
        + "identity, or Azure.Identity's variables, with the role \"Storage Blob Data Contributor\" on the container; or name "
        + "the account's key in the connection string.";

    private static string? Code(RequestFailedException failed) =>
        failed.ErrorCode
        ?? (failed.GetRawResponse()?.Headers.TryGetValue("x-ms-error-code", out var code) == true ? code : null);

    private static string? Explain(RequestFailedException failed, DateTimeOffset now) => Code(failed) switch
    {
        "AuthenticationFailed" or "InvalidAuthenticationInfo" when Skew(failed, now) is { } skew =>
            $"this machine's clock is {skew} the service's, which therefore refuses the signature of each request. Set the clock "
            + "(NTP) and it goes on by itself.",
        "AuthenticationFailed" or "InvalidAuthenticationInfo" or "NoAuthenticationInformation" =>
            "the service does not accept the key, signature or identity. Check the account's name and key (was the key "
            + "rotated?), the expiry of a shared access signature, or the managed identity.",
        "AuthorizationFailure" =>
            "the service does not let this machine in: the key or signature is not the account's, the account's network rules "
            + "keep it out, or a right is missing (role \"Storage Blob Data Contributor\"; of a signature: racwdl).",
        "AuthorizationPermissionMismatch" or "AuthorizationServiceMismatch"
            or "AuthorizationResourceTypeMismatch" or "InsufficientAccountPermissions"
            or "UnauthorizedBlobOverwrite" =>
            "a right is missing. The identity needs the role \"Storage Blob Data Contributor\" on the container; a shared access "
            + "signature needs read, add, create, write, delete and list (racwdl) on container and objects; and the account's "
            + "network rules must let this machine in.",
        "AuthorizationSourceIPMismatch" or "AuthorizationProtocolMismatch" =>
            "the shared access signature or the account's network rules do not allow this address or protocol.",
        "LeaseAlreadyPresent" or "LeaseIdMismatchWithBlobOperation" or "LeaseIdMissing" or "LeaseIsBreakingAndCannotBeAcquired" =>
            "somebody else has a lease of a blob of this data set. Nothing was written. Break that lease (az storage blob lease "
            + "break), and work goes on; silos of a version from before 2026-11-30 do not work beside newer ones.",
        "ContainerNotFound" =>
            "the container is gone. Nothing was written. If it was deleted by mistake, undelete it (container soft delete) or "
            + "restore a backup, and work goes on; otherwise stop the silos.",
        "ContainerBeingDeleted" =>
            "the container is being deleted. Nothing was written. Undelete it if that was a mistake, and work goes on.",
        "ContainerDisabled" or "AccountIsDisabled" => "the account is disabled; see its state in the portal.",
        "ResourceNotFound" or "AccountNotFound" => "there is no such account. Check its name in the connection string.",
        "InvalidResourceName" or "OutOfRangeInput" =>
            "the container's name is not valid: 3 to 63 lower-case letters, digits and single hyphens.",
        "ServerBusy" or "OperationTimedOut" or "IngressLimitExceeded" or "EgressLimitExceeded" =>
            "the account is throttled or busy. Work waits and goes on by itself; if this lasts, spread the load, ask for higher "
            + "limits, or use a premium block blob account.",
        "FeatureNotSupportedByAccount" or "BlobTypeNotSupported" or "UnsupportedHeader" =>
            "the account does not offer append blobs (a hierarchical namespace or a legacy kind?). Use a general-purpose v2 or a "
            + "premium block blob account.",
        _ => failed.Status is 429 or 503 ? "the account is throttled. Work waits and goes on by itself." : null,
    };

    /// <summary>How far this machine's clock is off, where that is what the signature failed of.</summary>
    private static string? Skew(RequestFailedException failed, DateTimeOffset now)
    {
        if (failed.GetRawResponse()?.Headers.Date is not { } service) return null;
        var skew = now - service;
        if (skew.Duration() < TimeSpan.FromMinutes(5)) return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{skew.Duration().TotalMinutes:0} min {(skew > TimeSpan.Zero ? "ahead of" : "behind")}");
    }
}

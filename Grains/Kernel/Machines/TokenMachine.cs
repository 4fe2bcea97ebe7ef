using System.Security.Cryptography;
using System.Text;
using Orchestration.Grains.Kernel.Execution;
using Orchestration.Grains.Kernel.History;
using Orchestration.Grains.Kernel.Stimuli;

namespace Orchestration.Grains.Kernel.Machines;

/// <summary>Where a token stands.</summary>
internal enum TokenState
{
    /// <summary>It can be completed.</summary>
    Open,

    /// <summary>Somebody completed or rejected it.</summary>
    Completed,

    /// <summary>Workflow code took it back.</summary>
    Revoked,
}

/// <summary>One token that somebody outside completes.</summary>
/// <remarks>
/// <code>
/// state       input                            event             next
/// (none)      code makes the token             TokenCreated      Open
/// Open        completed with its secret        TokenCompleted    Completed
/// Open        code takes it back               TokenRevoked      Revoked
/// Completed   the same request again           -                 Completed
/// </code>
/// Anything else changes nothing, and its sender is told why.
/// </remarks>
internal sealed class TokenMachine(TokenCreated created)
{
    private RequestId? _by;

    public long Command => created.Command;

    public string Name => created.Name;

    public string Secret => created.Secret;

    public DateTimeOffset CreatedAt => created.At;

    public TokenState State { get; private set; }

    /// <summary>The workflow code that waits for it.</summary>
    public IWaiter? Waiter { get; set; }

    /// <summary>Whether somebody who says so has the token.</summary>
    public bool Fits(string secret) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(created.Secret));

    /// <summary>Somebody completes it; null where it is open no more.</summary>
    public TokenCompleted? Complete(CompleteToken s, DateTimeOffset at) => State != TokenState.Open ? null : new TokenCompleted
    {
        At = at, Command = Command, Result = s.Result, Failure = s.Failure, Request = s.Request,
    };

    /// <summary>Whether it was that request that completed it.</summary>
    public bool WasCompletedBy(RequestId? request) => State == TokenState.Completed && request is not null && _by == request;

    /// <summary>Workflow code takes it back; null where it is open no more.</summary>
    public TokenRevoked? Revoke(DateTimeOffset at) =>
        State == TokenState.Open ? new TokenRevoked { At = at, Command = Command } : null;

    /// <summary>Changes the state by a recorded fact.</summary>
    public void Apply(HistoryEvent happened)
    {
        State = happened is TokenCompleted ? TokenState.Completed : TokenState.Revoked;
        _by = (happened as TokenCompleted)?.Request;
    }
}

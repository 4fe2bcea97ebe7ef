using System.Runtime.CompilerServices;

namespace Orchestration.Workflows;

/// <summary>
/// A saga as its body sees it. To be used only by the body, within the run's own code; see <see
/// cref="WorkflowContext.SagaAsync{TResult}"/>.
/// </summary>
public sealed class Saga
{
    private const int MaximumName = 200;

    private readonly WorkflowContext _context;
    private readonly SagaOptions _options;
    private readonly SagaFlow _flow = SagaFlow.OfBody();
    private readonly List<Compensation> _compensations = [];
    private readonly List<long> _sagas = []; // its own number first, if it has one, and those of sagas within it that ended well
    private long _id;
    private bool _ended;

    private Saga(WorkflowContext context, SagaOptions options)
    {
        _context = context;
        _options = options;
    }

    /// <summary>
    /// Registers what undoes the step that follows. It is durable with that step, is carried out only if the saga fails, and has
    /// to bear that the step never happened, or not entirely.
    /// </summary>
    /// <param name="compensation">Workflow code: activities with retries of their own, timers, child workflows.</param>
    /// <param name="name">What people will see it by; its code unless given. Of no meaning on replay.</param>
    /// <exception cref="Canceled">The saga has failed already, and what it did is being undone.</exception>
    /// <exception cref="InvalidOperationException">The saga has ended.</exception>
    public void Compensate(Func<Task> compensation, [CallerArgumentExpression(nameof(compensation))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(compensation);
        if (_ended) throw new InvalidOperationException("The saga has ended; compensations are registered within its body.");
        if (_flow.IsClosed) throw ClosedFailure();
        var command = _context.RegisterCompensation(_id, NameOf(name));
        if (_id == 0)
        {
            _id = command;
            _sagas.Add(command);
        }

        _compensations.Add(new Compensation(command, NameOf(name), compensation));
    }

    /// <summary>
    /// A saga within this one: if it fails, it undoes its own steps at once; if it ends well and this one fails afterwards, its
    /// steps are undone with those of this one, in order.
    /// </summary>
    /// <remarks>A <see cref="WorkflowContext.SagaAsync{TResult}"/> within the body is on its own: once it ended well it is not
    /// undone any more.</remarks>
    /// <inheritdoc cref="WorkflowContext.SagaAsync{TResult}"/>
    public Task<TResult> SagaAsync<TResult>(Func<Saga, Task<TResult>> body, SagaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(_context, options ?? _options, this, body);
    }

    /// <inheritdoc cref="SagaAsync{TResult}"/>
    public Task SagaAsync(Func<Saga, Task> body, SagaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(_context, options ?? _options, this, WithoutResult(body));
    }

    internal static Func<Saga, Task<bool>> WithoutResult(Func<Saga, Task> body) => async saga =>
    {
        await body(saga);
        return true;
    };

    internal static async Task<TResult> RunAsync<TResult>(
        WorkflowContext context, SagaOptions options, Saga? outer, Func<Saga, Task<TResult>> body)
    {
        var saga = new Saga(context, options);
        TResult result;
        try
        {
            result = await saga.RunBodyAsync(body);
        }
        catch (ContinueAsNew)
        {
            saga.End(outer); // no failure: the run goes on as another one, with what the saga has done
            throw;
        }
        catch (Exception e)
        {
            if (!context.IsFailure(e)) await context.StallOnAsync(e);
            await saga.UndoAsync(e);
            throw;
        }

        saga.End(outer);
        return result;
    }

    internal static Canceled ClosedFailure() => (Canceled)RecordedFailures.ToException(new FailureInfo
    {
        Kind = FailureKind.Canceled, Message = "The saga has failed and takes no further steps: what it did is being undone.",
    });

    // A method of its own, since what is ambient changes with it and no further.
    private async Task<TResult> RunBodyAsync<TResult>(Func<Saga, Task<TResult>> body)
    {
        SagaFlow.Current = _flow;
        return await body(this);
    }

    private void End(Saga? outer)
    {
        _ended = true;
        if (outer is null)
        {
            foreach (var saga in _sagas) _context.CompleteSaga(saga);
            return;
        }

        outer._compensations.AddRange(_compensations);
        outer._sagas.AddRange(_sagas);
    }

    private async Task UndoAsync(Exception cause)
    {
        _flow.Close();
        await _context.SettleAsync(_flow.Steps);
        _ended = true;
        var failed = new List<(string Name, Exception Failure)>();
        if (_options.CompensatesInParallel)
        {
            await Task.WhenAll([.. _compensations.AsEnumerable().Reverse().Select(c => UndoAsync(c, failed))]);
        }
        else
        {
            for (var i = _compensations.Count - 1; i >= 0; i--) await UndoAsync(_compensations[i], failed);
        }

        if (failed.Count > 0) throw CompensationFailed.Of(cause, failed);
    }

    private async Task UndoAsync(Compensation compensation, List<(string Name, Exception Failure)> failed)
    {
        _context.StartCompensation(compensation.Command);
        Exception? failure = null;
        try
        {
            await _context.RunShieldedAsync(SagaFlow.OfCompensation(compensation.Command), compensation.Code);
        }
        catch (Exception e)
        {
            if (!_context.IsFailure(e) && e is not OperationCanceledException) await _context.StallOnAsync(e);
            failure = e;
        }

        _context.EndCompensation(compensation.Command, failure);
        if (failure is not null) failed.Add((compensation.Name, failure));
    }

    private static string NameOf(string? given)
    {
        const string lambda = "() =>";
        var name = (given ?? "").Trim();
        if (name.StartsWith(lambda, StringComparison.Ordinal)) name = name[lambda.Length..].Trim();
        if (name.Length > MaximumName) name = name[..MaximumName];
        return name.Length == 0 ? "compensation" : name;
    }

    private sealed record Compensation(long Command, string Name, Func<Task> Code);
}

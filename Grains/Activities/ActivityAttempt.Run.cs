using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Interfaces.Activities;
using Orchestration.Grains.Storage;
using Orchestration.Workflows;
using ActivityContext = Orchestration.Workflows.ActivityContext;

namespace Orchestration.Grains.Activities;

/// <content>The run of its code.</content>
internal sealed partial class ActivityAttempt
{
    private async Task RunToEndAsync()
    {
        try
        {
            if (Task.Id.Attempt > 1) await LoadDetailsAsync();
            if (!TryBegin()) return;
            var (kind, result, failure) = (ActivityReportKind.Completed, (Payload?)null, (FailureInfo?)null);
            try
            {
                result = await InvokeAsync();
                if (result.Data.Length > _services.MaximumPayloadBytes)
                {
                    failure = ActivityFailures.ResultTooLarge(Task.ActivityType, result.Data.Length,
                        _services.MaximumPayloadBytes);
                    (kind, result) = (ActivityReportKind.Failed, null);
                }
            }
            catch (Exception e)
            {
                (kind, failure) = Judge(e);
            }

            if (!TryEnd(Running)) LogLateEnd(_services.Logger, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt, kind);
            else if (kind == ActivityReportKind.Completed
                || Volatile.Read(ref _heartbeats) is null) Report(kind, result, failure);
            else await FlushAndReportAsync(kind, failure);
        }
        catch (Exception e)
        {
            // Nothing above lets the activity's exceptions through, so this is the host's own fault; the attempt must end all the
            // same.
            LogHostFailed(_services.Logger, e, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt);
            if (TryEnd(Running) || TryEnd(Waiting))
                Report(ActivityReportKind.Failed, failure: ActivityFailures.Of(e, Task.ActivityType, _services.Converter));
        }
        finally
        {
            _services.Slots.Leave(this);
        }
    }

    private bool TryBegin()
    {
        if (_services.Stopping.IsCancellationRequested)
        {
            Abandon();
            return false;
        }

        var now = _services.Deadlines.Now;
        Volatile.Write(ref _startedAt, now);
        Volatile.Write(ref _lastBeat, now);
        if (Interlocked.CompareExchange(ref _phase, Running, Waiting) != Waiting) return false;
        var due = Math.Min(CloseDeadline(), BeatDeadline());
        if (due != AttemptDeadlines.Never) _services.Deadlines.Watch(due);
        // A shutdown that began just before may have looked for running attempts too early to see this one.
        if (_services.Stopping.IsCancellationRequested) Cancel(ActivityCancellationReason.WorkerShutdown);
        if (Task.ReportStart) _run.Report(new ActivityReport { Id = Task.Id, Kind = ActivityReportKind.Started });
        return true;
    }

    private (ActivityReportKind Kind, FailureInfo? Failure) Judge(Exception e)
    {
        if (e is CompletedOutside)
        {
            return Task.IsLocal
                ? (ActivityReportKind.Failed, ActivityFailures.LocalOutside(Task.ActivityType))
                : (ActivityReportKind.MovedOutside, null);
        }

        var gaveIn = e is OperationCanceledException or Canceled;
        switch (Reason)
        {
            case ActivityCancellationReason.WorkerShutdown when gaveIn:
                return (ActivityReportKind.Interrupted, null);
            case ActivityCancellationReason.Requested or ActivityCancellationReason.NotWanted when gaveIn:
                return (ActivityReportKind.Canceled, ActivityFailures.Canceled(Task.ActivityType, Task.Id.Attempt, Reason));
            default:
                LogFailed(_services.Logger, e, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt);
                return (ActivityReportKind.Failed, ActivityFailures.Of(e, Task.ActivityType, _services.Converter));
        }
    }

    // Everything ambient is set in here: an async method's changes end with it, so nothing of it reaches the report.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Payload> InvokeAsync()
    {
        var definition = _definition!;
        using var span = ActivityInstruments.Source.HasListeners() ? StartSpan() : null;
        using var logs = _services.Logger.BeginScope(new AttemptLogScope(Task));
        var context = new AttemptContext(this);
        ActivityContext.SetCurrent(context);
        var needsScope = definition.Owner.NeedsScope || _services.HasInterceptors;
        AsyncServiceScope? scope = needsScope ? _services.Scopes.CreateAsyncScope() : null;
        object? toDispose = null;
        try
        {
            var instance = definition.Owner.Create(scope?.ServiceProvider ?? _services.Provider, out var isOurs);
            if (isOurs) toDispose = instance;
            return scope is { } own && _services.HasInterceptors
                ? await InterceptAsync(own.ServiceProvider, context, instance)
                : await definition.Invoke(instance, Task.Arguments, _services.Converter, definition.TakesToken ? Token : default);
        }
        catch (Exception e) when (e is not CompletedOutside)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            span?.AddException(e);
            throw;
        }
        finally
        {
            if (toDispose is IAsyncDisposable disposable) await disposable.DisposeAsync();
            else (toDispose as IDisposable)?.Dispose();
            if (scope is { } made) await made.DisposeAsync();
        }
    }

    // The first one that was registered is outermost; the activity itself is innermost.
    private async Task<Payload> InterceptAsync(IServiceProvider services, AttemptContext context, object instance)
    {
        var definition = _definition!;
        Func<ActivityInvocation, ValueTask<Payload>> next = invocation =>
        {
            context.SetHeaders(invocation.Headers);
            var arguments = invocation.Arguments as Payload[] ?? [.. invocation.Arguments];
            return definition.Invoke(instance, arguments, _services.Converter, definition.TakesToken ? Token : default);
        };
        foreach (var interceptor in services.GetServices<IActivityInterceptor>().Reverse())
        {
            var inner = next;
            next = invocation =>
            {
                context.SetHeaders(invocation.Headers);
                return interceptor.ExecuteAsync(invocation, inner);
            };
        }

        return await next(new ActivityInvocation { Context = context, Arguments = Task.Arguments, Headers = context.Headers });
    }

    // The sampler is asked before anything is built; a span that it leaves out is there only for those that hang under it. A span
    // has few tags, since each attempt has one and a tag costs more than the span's other parts: the type is its name, and what
    // is the same for all of a run, the span of the run has.
    private Activity? StartSpan()
    {
        var trace = Task.Trace ?? AttemptTrace.Of(Task.TraceParent);
        var span = ActivityInstruments.Source.StartActivity(_definition!.SpanName, ActivityKind.Consumer, trace.Parent);
        if (span is not { IsAllDataRequested: true }) return span;
        span.AddTag("orchestration.workflow.id", Task.Id.Workflow);
        if (Task.Id.Attempt > 1) span.AddTag("orchestration.activity.attempt", Task.Id.Attempt);
        return span;
    }

    // Before the code begins, and without limit while the attempt is wanted: an attempt that does not see what the one before it
    // left would do that work again.
    private async Task LoadDetailsAsync()
    {
        for (var pause = LoadPause; IsWaiting && !_services.Stopping.IsCancellationRequested; pause *= 2)
        {
            if (pause > LongestLoadPause) pause = LongestLoadPause;
            try
            {
                var key = new StoreKey(WorkflowKey.FromGrainKey(Task.Id.Workflow), new RunId(Task.Id.RunId));
                var left = await _services.Store.FindHeartbeatAsync(key, Task.StoreHandle, Task.Id.Command, _services.Stopping);
                if (left is not null && left.Attempt >= Task.DetailsFrom) DetailsLeft = OutsideBeats.DetailsOf(left.Details);
                return;
            }
            catch (OperationCanceledException) when (_services.Stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailable e)
            {
                LogDetailsUnread(_services.Logger, e, Task.ActivityType, Task.Id.Workflow, Task.Id.Attempt);
            }

            await System.Threading.Tasks.Task.Delay(pause, _services.Time);
        }
    }
}

using System.Collections.Frozen;
using Orchestration.Workflows;

namespace Orchestration.Grains.Kernel.Execution;

internal sealed partial class RunContext
{
    private void Intercept(string activityType, IReadOnlyList<Payload> arguments, ActivityCalls calls, CancellationToken? token,
        IWaiter waiter)
    {
        var call = new ActivityCall
        {
            Context = this,
            ActivityType = activityType,
            Arguments = arguments,
            Headers = calls.Headers ?? FrozenDictionary<string, string>.Empty,
        };
        _ = InterceptorChain.ForwardAsync(
            () => run.Intercept(
                call,
                static (interceptor, call, next) => interceptor.CallActivityAsync(call, next),
                call =>
                {
                    var outcome = new PayloadWaiter();
                    var changed = calls with { Headers = call.Headers.Count == 0 ? null : call.Headers };
                    ScheduleNow(call.ActivityType, call.Arguments, changed, token, outcome);
                    return outcome.Task;
                }),
            waiter.Complete,
            waiter.Fail);
    }
}

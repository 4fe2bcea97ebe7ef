using System.Reflection;

namespace Orchestration.Testing.Activities;

/// <summary>A mocked activity whose result's type is known.</summary>
/// <typeparam name="TResult">The result.</typeparam>
public sealed class ActivityMock<TResult> : ActivityMock
{
    internal ActivityMock(WorkflowTestEnvironment environment, string name, MethodInfo method) : base(environment, name, method)
    {
    }

    /// <summary>Returns this from now on.</summary>
    public ActivityMock<TResult> Returns(TResult result)
    {
        Does(_ => Task.FromResult<object?>(result));
        return this;
    }

    /// <summary>Returns what is made of the call, from now on.</summary>
    public ActivityMock<TResult> Returns(Func<ActivityCall, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Does(call => Task.FromResult<object?>(result(call)));
        return this;
    }

    /// <summary>Returns what comes of the call, from now on.</summary>
    public ActivityMock<TResult> Returns(Func<ActivityCall, Task<TResult>> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Does(async call => await result(call));
        return this;
    }

    /// <inheritdoc cref="ActivityMock.FailsFirst"/>
    public new ActivityMock<TResult> FailsFirst(int attempts, Exception failure)
    {
        base.FailsFirst(attempts, failure);
        return this;
    }

    /// <inheritdoc cref="ActivityMock.Once"/>
    public new ActivityMock<TResult> Once(Func<ActivityCall, Task<object?>> body)
    {
        base.Once(body);
        return this;
    }
}

using System.Reflection;
using Orchestration.Grains.Activities;
using Orchestration.Workflows;

namespace Orchestration.Testing.Activities;

/// <summary>
/// A mocked activity: what it does, and what it was called with. It stands for the world outside, so it outlives crashes of the
/// silo. Until told otherwise it returns null, or the default of its result. Thread-safe.
/// </summary>
public class ActivityMock
{
    private readonly Lock _gate = new();
    private readonly WorkflowTestEnvironment _environment;
    private readonly MethodInfo? _method;
    private readonly Queue<Func<ActivityCall, Task<object?>>> _once = new();
    private readonly List<ActivityCall> _calls = [];
    private Func<ActivityCall, Task<object?>> _always;

    internal ActivityMock(WorkflowTestEnvironment environment, string name, MethodInfo? method)
    {
        _environment = environment;
        _method = method;
        Name = name;
        ResultType = method is null ? typeof(object) : ResultOf(method.ReturnType);
        var nothing = ResultType is { IsValueType: true } type && type != typeof(void) ? Activator.CreateInstance(type) : null;
        _always = _ => Task.FromResult(nothing);
        Definition = new ActivityDefinition(
            name, method ?? NoMethod, ActivityClass.Of(typeof(Owner), isRegistered: false), TakesToken: true, InvokeAsync);
    }

    /// <summary>The activity's name.</summary>
    public string Name { get; }

    /// <summary>The attempts that there were, in order.</summary>
    public IReadOnlyList<ActivityCall> Calls
    {
        get { lock (_gate) return [.. _calls]; }
    }

    internal ActivityDefinition Definition { get; }

    internal Type ResultType { get; }

    private static MethodInfo NoMethod { get; } = typeof(Owner).GetMethod(nameof(Owner.Nothing))!;

    /// <summary>Returns this from now on.</summary>
    public ActivityMock ReturnsObject(object? result) => Does(_ => Task.FromResult(result));

    /// <summary>Does this from now on.</summary>
    public ActivityMock Does(Func<ActivityCall, Task<object?>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        lock (_gate) _always = body;
        return this;
    }

    /// <summary>
    /// Runs this from now on: a lambda with the activity's parameters, in order, that returns its result or a task of it.
    /// </summary>
    /// <param name="body">The lambda; its parameters must have the declared types, a cancellation token included where there is
    /// one.</param>
    /// <exception cref="InvalidRequest">It does not fit the activity.</exception>
    public ActivityMock Runs(Delegate body)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckFits(body.Method);
        return Does(async call =>
        {
            object? result;
            try
            {
                result = body.DynamicInvoke([.. call.Arguments]);
            }
            catch (TargetInvocationException e)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException!);
                throw;
            }

            return await UnwrapAsync(result);
        });
    }

    /// <summary>Fails with this from now on. The retry policy decides what follows.</summary>
    public ActivityMock Fails(Exception failure) => Does(_ => Task.FromException<object?>(failure));

    /// <summary>Fails the next attempts, then goes on with what is said otherwise.</summary>
    /// <param name="attempts">How many.</param>
    /// <param name="failure">With what.</param>
    public ActivityMock FailsFirst(int attempts, Exception failure)
    {
        for (var i = 0; i < attempts; i++) Once(_ => Task.FromException<object?>(failure));
        return this;
    }

    /// <summary>Does this at the next attempt that is not spoken for, once.</summary>
    public ActivityMock Once(Func<ActivityCall, Task<object?>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        lock (_gate) _once.Enqueue(body);
        return this;
    }

    /// <summary>Never ends, until its token is cancelled: for timeouts and cancellation.</summary>
    public ActivityMock Hangs() => Does(async call =>
    {
        await _environment.DelayAsync(TimeSpan.FromDays(36_500), call.CancellationToken);
        return null;
    });

    /// <summary>Expects so many attempts.</summary>
    /// <exception cref="ActivityMismatch">There were more or fewer.</exception>
    public void ShouldHaveRun(int times)
    {
        var calls = Calls;
        if (calls.Count == times) return;
        var lines = calls.Select(static c =>
            $"\n  attempt {c.Attempt} for {c.Workflow} with ({string.Join(", ", c.Arguments)})");
        throw new ActivityMismatch(
            $"Activity '{Name}' was to be run {times} times, but was {calls.Count} times:{string.Concat(lines)}");
    }

    private static Type ResultOf(Type returned) => returned.IsGenericType ? returned.GetGenericArguments()[0] : typeof(void);

    private static async Task<object?> UnwrapAsync(object? result)
    {
        if (result is ValueTask plain)
        {
            await plain;
            return null;
        }

        if (result is not null && result.GetType() is { IsGenericType: true } type
            && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            result = type.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(result, null);
        if (result is not Task task) return result;
        await task;
        return task.GetType().GetProperty("Result")?.GetValue(task) is { } value && value.GetType().Name != "VoidTaskResult"
            ? value : null;
    }

    private void CheckFits(MethodInfo body)
    {
        if (_method is null) return;
        var wanted = _method.GetParameters().Select(static p => p.ParameterType).ToArray();
        var given = body.GetParameters().Select(static p => p.ParameterType).ToArray();
        if (wanted.Length != given.Length || wanted.Zip(given).Any(static p => !p.Second.IsAssignableFrom(p.First)))
        {
            throw new InvalidRequest(
                $"Activity '{Name}' takes ({string.Join(", ", wanted.Select(static t => t.Name))}); the given lambda takes "
                + $"({string.Join(", ", given.Select(static t => t.Name))}).");
        }

        var result = typeof(Task).IsAssignableFrom(body.ReturnType) ? ResultOf(body.ReturnType) : body.ReturnType;
        if (ResultType != typeof(void) && !ResultType.IsAssignableFrom(result))
            throw new InvalidRequest($"Activity '{Name}' returns {ResultType.Name}; the given lambda returns {result.Name}.");
    }

    private async ValueTask<Payload> InvokeAsync(
        object instance, Payload[] arguments, IPayloadConverter converter, CancellationToken cancellationToken)
    {
        var values = Decode(arguments, converter, cancellationToken);
        Func<ActivityCall, Task<object?>> body;
        ActivityCall call;
        lock (_gate)
        {
            call = new ActivityCall(_environment, Name, values, _calls.Count + 1, cancellationToken);
            _calls.Add(call);
            if (!_once.TryDequeue(out body!)) body = _always;
        }

        var result = await body(call);
        if (ResultType == typeof(void)) return Payload.Null;
        if (result is Payload payload) return payload;
        return converter.ToPayload(result, ResultType == typeof(object) ? result?.GetType() ?? typeof(object) : ResultType);
    }

    private IReadOnlyList<object?> Decode(Payload[] arguments, IPayloadConverter converter, CancellationToken cancellationToken)
    {
        if (_method is null) return arguments;
        var parameters = _method.GetParameters();
        var values = new object?[parameters.Length];
        var next = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if (type == typeof(CancellationToken)) values[i] = cancellationToken;
            else if (next < arguments.Length) values[i] = converter.FromPayload(arguments[next++], type);
            else values[i] = parameters[i].HasDefaultValue ? parameters[i].DefaultValue : null;
        }

        return values;
    }

    /// <summary>Stands for the class of activities that a mock has none of.</summary>
    internal sealed class Owner
    {
        public static Task Nothing() => Task.CompletedTask;
    }
}

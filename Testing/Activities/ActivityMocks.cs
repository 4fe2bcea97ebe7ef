using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Orchestration.Grains.Activities;
using Orchestration.Workflows;

namespace Orchestration.Testing.Activities;

/// <summary>
/// The mocked activities of an environment, which take the place of real ones of the same name. May be set up and changed at any
/// time; calls that come later find it. Thread-safe.
/// </summary>
public sealed class ActivityMocks
{
    private readonly ConcurrentDictionary<string, ActivityDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ActivityMock> _mocks = new(StringComparer.Ordinal);
    private readonly WorkflowTestEnvironment _environment;

    internal ActivityMocks(WorkflowTestEnvironment environment) => _environment = environment;

    /// <summary>Mocks an activity that has a result: <c>Mock((IPayments p) => p.ChargeAsync(default!, default))</c>.</summary>
    /// <param name="call">A call of the interface's method; its arguments mean nothing.</param>
    /// <exception cref="InvalidRequest">It is no call of an interface's method.</exception>
    public ActivityMock<TResult> Mock<TActivities, TResult>(Expression<Func<TActivities, Task<TResult>>> call)
        where TActivities : class
    {
        var method = MethodOf(call);
        return Add(new ActivityMock<TResult>(_environment, ActivityNames.Of(method), method));
    }

    /// <summary>Mocks an activity that has no result: <c>Mock((IStock s) => s.ReleaseAsync(default!))</c>.</summary>
    /// <inheritdoc cref="Mock{TActivities, TResult}(Expression{Func{TActivities, Task{TResult}}})"/>
    public ActivityMock Mock<TActivities>(Expression<Func<TActivities, Task>> call) where TActivities : class
    {
        var method = MethodOf(call);
        return Add(new ActivityMock(_environment, ActivityNames.Of(method), method));
    }

    /// <summary>Mocks an activity by its name; it gets its arguments as payloads.</summary>
    /// <param name="activityType">The activity's name.</param>
    public ActivityMock Mock(string activityType) =>
        Add(new ActivityMock(_environment, ActivityNames.Check(activityType), null));

    /// <summary>Lets an object do all activities of an interface.</summary>
    /// <typeparam name="TActivities">The interface.</typeparam>
    /// <param name="instance">The object; one for all attempts.</param>
    public void Use<TActivities>(TActivities instance) where TActivities : class
    {
        ArgumentNullException.ThrowIfNull(instance);
        var owner = ActivityClass.Of(typeof(ActivityMock.Owner), isRegistered: false);
        foreach (var method in typeof(TActivities).GetMethods(BindingFlags.Public | BindingFlags.Instance))
        {
            var invoke = ActivityInvokers.Compile(method);
            var name = ActivityNames.Of(method);
            _definitions[name] = new ActivityDefinition(
                name, method, owner, TakesToken: true, (_, arguments, converter, token) =>
                    invoke(instance, arguments, converter, token));
            _mocks.TryRemove(name, out _);
        }
    }

    /// <summary>The mock of an activity; null where it is not mocked.</summary>
    public ActivityMock? Find(string activityType) => _mocks.GetValueOrDefault(activityType);

    /// <summary>What takes the place of an activity; null where nothing does.</summary>
    internal ActivityDefinition? DefinitionOf(string name) => _definitions.GetValueOrDefault(name);

    private static MethodInfo MethodOf(LambdaExpression call) =>
        call.Body is MethodCallExpression { Method: { DeclaringType.IsInterface: true } method }
            ? method
            : throw new InvalidRequest(
                $"'{call}' is no call of an interface's method: write (IPayments p) => p.ChargeAsync(...).");

    private TMock Add<TMock>(TMock mock) where TMock : ActivityMock
    {
        _mocks[mock.Name] = mock;
        _definitions[mock.Name] = mock.Definition;
        return mock;
    }
}

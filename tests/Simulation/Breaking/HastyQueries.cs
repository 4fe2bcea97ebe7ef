using System.Reflection;
using Orchestration.Grains.Interfaces.Messages;
using Orchestration.Grains.Workflows;
using Orchestration.Grains.Workflows.Runs;
using Orchestration.Runtime.Activations;
using Orchestration.Runtime.Messaging;

namespace Orchestration.Simulation.Breaking;

/// <summary>
/// Breaks rule 4: answers a query from the state of a turn whose commit is under way. It reaches past the grain to its state,
/// which keeps to the rule.
/// </summary>
internal static class HastyQueries
{
    private const BindingFlags Inside = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <returns>Null where no turn is under way.</returns>
    public static QueryReply? Answer(Request request, ActivationCatalog activations)
    {
        if (!activations.TryGet(request.Target, out var activation) || activation.GrainInstance is not WorkflowGrain grain
            || Value(grain, "_instance") is not WorkflowInstance instance
            || Value(instance, "IsTurning") is not true || Value(instance, "_open") is not OpenRun { Run.IsClosed: false } open)
            return null;
        var query = request.GetType().GetFields(Inside).Select(f => f.GetValue(request)).OfType<QueryRequest>().Single();
        return open.Run.Query(query.Name, query.Arguments).Result is { } result
            ? new QueryReply(null, result, open.Key.RunId.Value) : null;
    }

    private static object? Value(object of, string name) =>
        of.GetType().GetField(name, Inside) is { } field ? field.GetValue(of)
        : (of.GetType().GetProperty(name, Inside) ?? throw new InvalidOperationException($"{of.GetType()} has no {name}."))
            .GetValue(of);
}

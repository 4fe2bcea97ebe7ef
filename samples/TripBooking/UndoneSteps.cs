using System.Text.Json;
using Orchestration.Client;

namespace Orchestration.Samples.TripBooking;

/// <summary>What a trip's saga undid, as its history tells.</summary>
public static class UndoneSteps
{
    /// <summary>The names of the compensations that were carried out, in their order; those that failed are marked.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IWorkflowHandle workflow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var names = new Dictionary<long, string>();
        var undone = new List<string>();
        await foreach (var entry in workflow.GetHistoryAsync(cancellationToken: cancellationToken))
        {
            if (entry.Type is not ("compensation-registered" or "compensation-ended")) continue;
            using var json = JsonDocument.Parse(entry.Json);
            var command = json.RootElement.GetProperty("command").GetInt64();
            if (entry.Type == "compensation-registered") names.Add(command, json.RootElement.GetProperty("name").GetString()!);
            else undone.Add(json.RootElement.TryGetProperty("failure", out _) ? $"{names[command]} (failed)" : names[command]);
        }

        return undone;
    }
}

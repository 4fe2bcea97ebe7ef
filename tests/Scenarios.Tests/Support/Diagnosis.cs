using System.Globalization;
using System.Text;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Scenarios.Tests.Support;

/// <summary>What a run that does not go on was at.</summary>
internal static class Diagnosis
{
    private const int LastEvents = 12;

    public static async Task<string> OfAsync(WorkflowTestEnvironment environment)
    {
        var text = new StringBuilder(environment.State).Append('.');
        try
        {
            await foreach (var (record, events) in Histories.OfAsync(environment))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"\n{record.Key} ({record.WorkflowType}) is {record.Summary.State}, {record.Summary.Status}; at last:");
                foreach (var (number, e) in events.Index().TakeLast(LastEvents))
                    text.Append(CultureInfo.InvariantCulture, $"\n  {number + 1} {e}");
            }
        }
        catch (Exception e) when (e is EngineFault or InvalidOperationException)
        {
            text.Append(CultureInfo.InvariantCulture, $" Its histories cannot be read: {e.Message}");
        }

        return text.ToString();
    }
}

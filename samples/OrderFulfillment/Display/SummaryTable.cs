using System.Globalization;
using Orchestration.OrderFulfillment.Workflows;
using Orchestration.Workflows;
using Spectre.Console;

namespace Orchestration.OrderFulfillment.Display;

/// <summary>Ends a run on the console: the table, then the audit.</summary>
internal static class SummaryTable
{
    private const int ShownViolations = 50;

    public static void Write(IAnsiConsole console, RunSummary run)
    {
        var count = new TableColumn(run.Ends.Count.ToString("N0", CultureInfo.InvariantCulture)).RightAligned();
        var table = new Table().AddColumn("Orders").AddColumn(count);
        foreach (var outcome in Enum.GetValues<OrderOutcome>())
        {
            var ends = run.Ends.Where(end => end.Result?.Outcome == outcome).ToList();
            Add(table, outcome.ToString().ToLowerInvariant(), ends.Count);
            var reasons = ends.GroupBy(static end => end.Result!.Reason).Where(static group => group.Key is not null);
            foreach (var reason in reasons.OrderByDescending(static group => group.Count()))
                Add(table, $"  {reason.Key}", reason.Count());
        }

        var others = run.Ends.Where(static end => end.Status != WorkflowStatus.Completed);
        foreach (var status in others.GroupBy(static end => end.Status))
            Add(table, status.Key.ToString().ToLowerInvariant(), status.Count());
        table.AddEmptyRow();
        Add(table, "retries", run.Retries);
        if (run.BadLines > 0) Add(table, "lines that could not be used", run.BadLines);
        if (run.Run.FoundEnded > 0) Add(table, "ended in an earlier run", run.Run.FoundEnded);
        if (run.Run.FoundOpen > 0) Add(table, "resumed from an earlier run", run.Run.FoundOpen);
        Add(table, "seconds", run.Elapsed.TotalSeconds, "N1");
        Add(table, "workflows a second", run.EndedHere / Math.Max(run.Elapsed.TotalSeconds, 0.001));
        console.Write(table);

        // Not through the console's markup, which would wrap long lines: these are read by programs too.
        WriteAudit(console.Profile.Out.Writer, run);
    }

    private static void WriteAudit(TextWriter console, RunSummary run)
    {
        if (run.Violations.Count == 0)
        {
            console.WriteLine(
                "Audit: clean. Workflows, the shop's books and the provider's ledger agree about every order, unit and cent.");
            return;
        }

        console.WriteLine($"Audit: BROKEN in {run.Violations.Count} places.");
        foreach (var violation in run.Violations.Take(ShownViolations))
            console.WriteLine($"  {violation.Subject}: {violation.Rule}: {violation.Detail}");
        if (run.Violations.Count > ShownViolations) console.WriteLine($"  ... and {run.Violations.Count - ShownViolations} more");
    }

    private static void Add(Table table, string name, double value, string format = "N0") =>
        table.AddRow(new Text(name), new Text(value.ToString(format, CultureInfo.InvariantCulture)));
}

using System.Text.Json;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary>Shows a run to people.</summary>
internal static class WorkflowView
{
    /// <summary>Shows all that is known of a run.</summary>
    public static void Show(Printer printer, JsonElement w)
    {
        printer.Facts(
            ("id", w.Text("id")), ("namespace", w.Text("namespace")), ("type", w.Text("type")), ("version", w.Text("version")),
            ("run", w.Text("runId")), ("status", w.Text("status")), ("started", w.Time("startedAt")), ("closed",
                w.Time("closedAt")),
            ("history", $"{w.Text("historyLength")} events, {w.Text("historyBytes")} bytes"),
            ("cancel requested", w.Text("cancelRequested") == "yes" ? "yes" : ""), ("next wake", w.Time("nextWakeAt")),
            ("delayed until", w.Time("delayedUntil")), ("deadline", w.Time("deadline")), ("silo", w.Text("silo")),
            ("says", w.Field("customStatus") is { } status ? Json.Show(status) : ""), ("parent",
                w.Field("parent")?.Text("id") ?? ""),
            ("continued from", w.Text("continuedFrom")), ("continued to", w.Text("continuedTo")));
        var waits = w.Items("waitsFor").ToList();
        if (waits.Count > 0) printer.Line("\nwaits for");
        foreach (var line in waits) printer.Line($"  {line.GetString()}");
        foreach (var c in w.Items("compensations"))
            printer.Line($"  compensation {c.Text("name")} #{c.Text("command")}: {c.Text("state")}");
        if (w.Field("stall") is { } stall) ShowStall(printer, stall);
        if (w.Field("failure") is not { } failure) return;
        printer.Line("\nfailure");
        ShowFailure(printer, failure, "  ");
    }

    /// <summary>Shows why a run is stalled: expected against actual.</summary>
    public static void ShowStall(Printer printer, JsonElement stall)
    {
        printer.Line($"\nstalled: {stall.Text("message")}");
        printer.Line($"  at event {stall.Text("eventNumber")} ({stall.Text("code")})");
        if (stall.Text("expected") is { Length: > 0 } expected) printer.Line($"- {expected}");
        if (stall.Text("actual") is { Length: > 0 } actual) printer.Line($"+ {actual}");
        printer.Line($"  It goes on by itself once fitting code is deployed; see docs/errors/{stall.Text("code")}.md.");
    }

    /// <summary>Shows a failure and its causes.</summary>
    public static void ShowFailure(Printer printer, JsonElement failure, string indent)
    {
        printer.Line($"{indent}{failure.Text("type")} {failure.Text("message")}".TrimEnd());
        if (failure.Field("cause") is { } cause) ShowFailure(printer, cause, indent + "  ");
    }
}

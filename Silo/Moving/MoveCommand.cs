using System.CommandLine;

namespace Orchestration.Silo.Moving;

/// <summary>The verb <c>move</c>: a data set from one store to another.</summary>
internal static class MoveCommand
{
    private const string Forms =
        "a directory or file of the embedded store, postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME, or "
        + "azure:CONNECTION STRING;Container=NAME";

    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = $"The store that is moved: {Forms}.", HelpName = "STORE", Required = true,
        };
        var to = new Option<string>("--to")
        {
            Description = "The store that it is moved to, which is empty or the target of this very move cut short.",
            HelpName = "STORE", Required = true,
        };
        var keep = new Option<bool>("--keep-source")
        {
            Description = "Leaves the source as it is, for a backup; else it is marked as moved, and no silo opens it again.",
        };
        var acceptRestore = new Option<bool>("--accept-restore")
        {
            Description = "Opens a source that was put back from a backup.",
        };
        var command = new Command(
            "move", "Moves a data set to another store, of any kind, and compares every run. No silo may run over either.")
        {
            from, to, keep, acceptRestore,
        };
        command.SetAction((result, cancellationToken) => MoveRunner.RunAsync(
            result.GetValue(from)!, result.GetValue(to)!, !result.GetValue(keep), result.GetValue(acceptRestore),
            cancellationToken));
        return command;
    }
}

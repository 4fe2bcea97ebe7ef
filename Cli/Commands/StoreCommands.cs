using System.CommandLine;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration store ...</c>: works on a store itself, without a silo.</summary>
internal static class StoreCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("store", "Works on a store itself; stop the silos first.")
    {
        Migrate(options), Move(options), Verify(options),
    };

    private static Argument<string> Store() => new("store")
    {
        Description = "A data directory, postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME, or azure:...",
    };

    private static Command Migrate(GlobalOptions options)
    {
        var store = Store();
        return Leaf.Make(options, "migrate", "Brings a store up to this version's form.", async (context, cancellationToken) =>
        {
            await using var opened = await Printer.WithProgressAsync(
                "migration", _ => Stores.OpenAsync(context.Get(store), mayCreate: false, cancellationToken));

            // Silos of this version work on such a store: what comes after this command in a script may go on.
            if (opened.Advice is { } advice)
                context.Printer.Done(
                    $"Not migrated, usable as it is. {advice}",
                    ("store", opened.Name), ("isUpToDate", false), ("advice", advice));
            else
                context.Printer.Done($"{opened.Name} is up to date.", ("store", opened.Name), ("isUpToDate", true));
        }, store);
    }

    private static Command Move(GlobalOptions options)
    {
        var (from, to) = (new Argument<string>("from"), new Argument<string>("to"));
        (from.Description, to.Description) = ("The store that is moved.", "Where to: an empty store, or none yet.");
        var keep = new Option<bool>("--keep-source") { Description = "Leaves the source usable: a copy, not a move." };
        return Leaf.Make(options, "move", "Moves a store to another of any kind and compares; run again, it goes on.",
            (context, cancellationToken) => Moving.RunAsync(
                context, context.Get(from), context.Get(to), !context.Get(keep), cancellationToken), from, to, keep);
    }

    private static Command Verify(GlobalOptions options)
    {
        var store = Store();
        return Leaf.Make(options, "verify", "Reads every history and says what cannot be read; 8 where there is such a thing.",
            (context, cancellationToken) => Verifying.RunAsync(context, context.Get(store), cancellationToken), store);
    }
}

using System.CommandLine;
using Orchestration.Cli.Output;

namespace Orchestration.Cli.Commands;

/// <summary><c>orchestration store ...</c>: works on a store itself, without a silo.</summary>
internal static class StoreCommands
{
    /// <summary>Makes them.</summary>
    public static Command Make(GlobalOptions options) => new("store", "Works on a store itself; stop the silos first.")
    {
        Migrate(options), Verify(options),
    };

    private static Argument<string> Store() => new("store")
    {
        Description = "A data directory, or postgres://USER:PASSWORD@HOST/DATABASE?schema=NAME.",
    };

    private static Command Migrate(GlobalOptions options)
    {
        var store = Store();
        return Leaf.Make(options, "migrate", "Brings a store up to this version's form.", async (context, cancellationToken) =>
        {
            await using var opened = await Printer.WithProgressAsync("migration", _ => Stores.OpenAsync(context.Get(store),
                cancellationToken));
            context.Printer.Line($"{opened.Name} is up to date.");
        }, store);
    }

    private static Command Verify(GlobalOptions options)
    {
        var store = Store();
        return Leaf.Make(options, "verify", "Reads every history and says what cannot be read; 8 where there is such a thing.",
            (context, cancellationToken) => Verifying.RunAsync(context, context.Get(store), cancellationToken), store);
    }
}

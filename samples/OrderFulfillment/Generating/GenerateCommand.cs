using System.CommandLine;

namespace Orchestration.OrderFulfillment.Generating;

/// <summary>Writes files of made-up orders and products: those that come with the sample, or as many as one likes.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many orders.", DefaultValueFactory = static _ => 1000 };
        var products = new Option<int>("--products") { Description = "How many products.", DefaultValueFactory = static _ => 60 };
        var seed = new Option<int>("--seed")
        {
            Description = "The same seed makes the same files.", DefaultValueFactory = static _ => 7,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Where orders.jsonl and products.jsonl go.", DefaultValueFactory = static _ => ".",
        };
        count.Validators.Add(static result =>
        {
            // What is no number has its own error, and no value to be asked for.
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n is < 0 or > 10_000_000)
                result.AddError("--count must be from 0 to 10,000,000.");
        });
        products.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n)
                && n is < 1 or > SampleData.MaximumProducts)
                result.AddError($"--products must be from 1 to {SampleData.MaximumProducts}.");
        });
        var command = new Command("generate", "Writes made-up orders and products.") { count, products, seed, folder };
        command.SetAction(parsed =>
        {
            var directory = Directory.CreateDirectory(parsed.GetValue(folder)!).FullName;
            var data = new SampleData(parsed.GetValue(seed), parsed.GetValue(products), parsed.GetValue(count));
            File.WriteAllLines(Path.Combine(directory, "products.jsonl"), data.Products());
            File.WriteAllLines(Path.Combine(directory, "orders.jsonl"), data.Orders());
            Console.WriteLine($"{parsed.GetValue(count)} orders and {parsed.GetValue(products)} products in {directory}");
        });
        return command;
    }
}

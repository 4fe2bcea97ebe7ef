using System.CommandLine;
using Orchestration.OrderFulfillment;
using Orchestration.OrderFulfillment.Generating;

var orders = new Option<FileInfo?>("--orders")
{
    Description = "Orders, one JSON object a line. Default: those that come with the sample.",
};
var products = new Option<FileInfo?>("--products") { Description = "Products, one JSON object a line. Goes with --orders." };
var data = new Option<string>("--data")
{
    Description = "Where histories, books and ledger live.", DefaultValueFactory = static _ => Path.Combine("data", "orders"),
};
var seed = new Option<ulong?>("--seed")
{
    Description = "Whom the provider declines, and what fails on the way. Default: that of the data directory, or 7.",
};
var inFlight = new Option<int>("--in-flight")
{
    Description = "How many orders are worked on at once.", DefaultValueFactory = static _ => 64,
};
var restock = new Option<bool>("--restock") { Description = "New products open with enough units for all orders of the file." };
var audit = new Option<bool>("--audit") { Description = "Takes no new orders: ends those that are open, and audits." };
inFlight.Validators.Add(static result =>
{
    // What is no number has its own error, and no value to be asked for.
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n is < 1 or > 10_000)
        result.AddError("--in-flight must be from 1 to 10,000.");
});
data.Validators.Add(static result =>
{
    if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>())) result.AddError("--data must name a directory.");
});

var root = new RootCommand("Runs orders through a durable workflow, kill -9 included, and audits the books afterwards.")
{
    orders, products, data, seed, inFlight, restock, audit, GenerateCommand.Create(),
};
root.Validators.Add(result =>
{
    var files = (Orders: result.GetValue(orders), Products: result.GetValue(products));
    if (files.Orders is null != files.Products is null) result.AddError("--orders and --products go together.");
    if (files.Orders is { Exists: false }) result.AddError($"There is no file {files.Orders}.");
    if (files.Products is { Exists: false }) result.AddError($"There is no file {files.Products}.");
    if (files.Orders is not null && result.GetValue(audit)) result.AddError("--audit takes no orders.");
});
root.SetAction((parsed, cancellationToken) =>
{
    var own = parsed.GetValue(audit) ? null : Path.Combine(AppContext.BaseDirectory, "data");
    return RunCommand.RunAsync(
        new RunOptions(
            parsed.GetValue(orders)?.FullName ?? (own is null ? null : Path.Combine(own, "orders.jsonl")),
            parsed.GetValue(products)?.FullName ?? (own is null ? null : Path.Combine(own, "products.jsonl")),
            Path.GetFullPath(parsed.GetValue(data)!),
            parsed.GetValue(seed),
            parsed.GetValue(inFlight),
            parsed.GetValue(restock)),
        TimeProvider.System,
        cancellationToken);
});

// The host handles Ctrl+C itself, and takes its time to hand over what runs.
var parsedArguments = root.Parse(args);
if (parsedArguments.Errors.Count > 0)
{
    foreach (var error in parsedArguments.Errors) Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("Try --help.");
    return RunCommand.Unusable;
}

return await parsedArguments.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

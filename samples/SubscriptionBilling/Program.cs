using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orchestration.Samples.Shared;
using Orchestration.Samples.SubscriptionBilling.Activities;
using Orchestration.Samples.SubscriptionBilling.Customers;
using Orchestration.Samples.SubscriptionBilling.Workflows;

var data = SampleCommand.DataOption("subscription-billing");
var month = SampleCommand.NumberOption("--month", "How long a month takes, in milliseconds.", 1000, 50, 3_600_000);
var months = SampleCommand.NumberOption("--months", "After how many months the customers leave.", 12, 1, 1200);
var command = new RootCommand("Bills four subscriptions for a year, in which a month takes a second.") { data, month, months };
command.SetAction(async parsed =>
{
    var directory = parsed.GetValue(data)!;
    var bank = new Bank(directory);
    var ends = new ConcurrentDictionary<string, SubscriptionState>();
    await using (var host = await SampleHost.StartAsync(
        directory,
        static hosted => hosted.AddWorkflow<BillSubscription>().AddActivities<Billing>(),
        services => services.AddSingleton(bank)))
    {
        var terms = BillingTerms.Scaled(TimeSpan.FromMilliseconds(parsed.GetValue(month)));
        var play = new CustomerPlay(host.Client, terms, Console.Out);
        await Task.WhenAll(Customer.All(parsed.GetValue(months)).Select(
            async customer => ends[customer.Name] = await play.PlayAsync(customer, host.Stopping)));
    }

    var charges = bank.Charges.All();
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{charges.Count} months charged, {charges.Sum(static c => c.Cents) / 100m:N2} in all."));
    var violations = BillingAudit.Violations(ends, charges);
    foreach (var violation in violations) Console.WriteLine($"Audit: {violation}");
    if (violations.Count == 0) Console.WriteLine("Audit: clean. Every month was paid for once, and no other.");
    return violations.Count == 0 ? SampleCommand.Clean : SampleCommand.Broken;
});
return await SampleCommand.RunAsync(command, args);

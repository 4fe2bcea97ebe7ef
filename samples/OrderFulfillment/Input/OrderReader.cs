using System.Text.Json;
using Orchestration.OrderFulfillment.Workflows;

namespace Orchestration.OrderFulfillment.Input;

/// <summary>Reads orders, one JSON object a line, as a stream: only their ids stay in memory.</summary>
/// <param name="knows">Whether a product is known.</param>
/// <param name="report">Hears of lines that cannot be used.</param>
public sealed class OrderReader(Func<int, bool> knows, Action<InputProblem> report)
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>Reads what can be read, with line numbers; the rest is reported.</summary>
    public IEnumerable<(int Line, Order Order)> Read(Stream stream, string file) =>
        JsonLines.Read(stream, file, ReadLine, report);

    private (int Line, Order Order) ReadLine(JsonElement line, int number)
    {
        var order = ReadOne(line);
        if (!_lines.TryAdd(order.OrderId, number))
            throw new BadLine($"orderId \"{order.OrderId}\" stands in line {_lines[order.OrderId]} already");
        return (number, order);
    }

    private Order ReadOne(JsonElement line)
    {
        var id = line.Text("orderId", longest: InputLimits.OrderIdLength);
        if (id.Any(char.IsControl)) throw new BadLine("orderId has control characters");
        line.CheckOptionalDate("orderDate");
        line.CheckOptionalDate("requiredDate");
        var customer = line.OptionalText("customer") ?? line.OptionalText("customerId") ?? throw new BadLine("customer is null");
        var freight = line.Decimal("freight", 0, InputLimits.Price);
        var order = new Order(id, customer, freight, ReadAddress(line), ReadLines(line));
        return order.TotalCents() > 0 ? order : throw new BadLine("the order costs nothing");
    }

    private static Address ReadAddress(JsonElement line)
    {
        const string Path = "shipTo.";
        var to = line.Required("shipTo", JsonValueKind.Object);
        return new Address(
            to.Text("name", Path),
            to.Text("address", Path),
            to.Text("city", Path),
            to.OptionalText("region", Path),
            to.OptionalText("postalCode", Path),
            to.Text("country", Path));
    }

    private List<OrderLine> ReadLines(JsonElement line)
    {
        var array = line.Required("lines", JsonValueKind.Array);
        var count = array.GetArrayLength();
        if (count == 0) throw new BadLine("lines is empty");
        if (count > InputLimits.Lines) throw new BadLine($"lines has {count} entries; at most {InputLimits.Lines} are taken");
        var lines = new List<OrderLine>(count);
        foreach (var entry in array.EnumerateArray())
        {
            var path = $"lines[{lines.Count}]";
            if (entry.ValueKind != JsonValueKind.Object)
                throw new BadLine($"{path} is {JsonFields.Shown(entry)}; an object is wanted");
            lines.Add(ReadOrderLine(entry, path + "."));
        }

        return lines;
    }

    private OrderLine ReadOrderLine(JsonElement entry, string path)
    {
        var product = (int)entry.Integer("productId", 1, int.MaxValue, path);
        if (!knows(product)) throw new BadLine($"{path}productId {product} is unknown");
        return new OrderLine(
            product,
            entry.Decimal("unitPrice", 0, InputLimits.Price, path),
            (int)entry.Integer("quantity", 1, InputLimits.Quantity, path),
            entry.Decimal("discount", 0, 1, path));
    }
}

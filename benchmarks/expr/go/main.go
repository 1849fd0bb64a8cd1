// Times cel-go: one program for each expression, evaluated for each record.
//
//	bench DATA EXPRESSIONS PASSES
//
// Prints a line for each expression: its name, nanoseconds a record in the
// best pass, how many records have a value, and a checksum of the values.
//
// What cel-go is given for speed: checked expressions, constants folded, the
// program planned with OptOptimize, and an Activation that answers by name
// out of columns of values that cel-go need not convert.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

const warmingPasses = 3

var variableTypes = map[string]*cel.Type{
	"kind":          cel.StringType,
	"minutes":       cel.IntType,
	"beneficiaries": cel.IntType,
	"unannounced":   cel.BoolType,
	"day":           cel.IntType,
	"on_time":       cel.IntType,
	"total":         cel.IntType,
	"rating":        cel.IntType,
	"organization":  cel.StringType,
	"title":         cel.StringType,
}

// records are the columns, and the Activation of one row at a time.
type records struct {
	row  int
	rows int

	kind, minutes, beneficiaries, unannounced, day,
	onTime, total, rating, organization, title []ref.Val
}

func (r *records) ResolveName(name string) (any, bool) {
	column := r.column(name)
	if column == nil {
		return nil, false
	}
	return (*column)[r.row], true
}

func (r *records) Parent() cel.Activation { return nil }

func (r *records) column(name string) *[]ref.Val {
	switch name {
	case "kind":
		return &r.kind
	case "minutes":
		return &r.minutes
	case "beneficiaries":
		return &r.beneficiaries
	case "unannounced":
		return &r.unannounced
	case "day":
		return &r.day
	case "on_time":
		return &r.onTime
	case "total":
		return &r.total
	case "rating":
		return &r.rating
	case "organization":
		return &r.organization
	case "title":
		return &r.title
	}
	return nil
}

func valueOf(text string, of *cel.Type) (ref.Val, error) {
	switch of {
	case cel.IntType:
		number, err := strconv.ParseInt(text, 10, 64)
		return types.Int(number), err
	case cel.BoolType:
		return types.Bool(text == "true"), nil
	default:
		return types.String(text), nil
	}
}

func readRecords(path string) (*records, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Scan()
	names := strings.Split(lines.Text(), "\t")
	result := &records{}
	for lines.Scan() {
		for i, text := range strings.Split(lines.Text(), "\t") {
			value, err := valueOf(text, variableTypes[names[i]])
			if err != nil {
				return nil, err
			}
			column := result.column(names[i])
			*column = append(*column, value)
		}
		result.rows++
	}
	return result, lines.Err()
}

func newEnvironment() (*cel.Env, error) {
	var options []cel.EnvOption
	for name, of := range variableTypes {
		options = append(options, cel.Variable(name, of))
	}
	return cel.NewEnv(options...)
}

func newProgram(env *cel.Env, text string) (cel.Program, error) {
	ast, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	folding, err := cel.NewConstantFoldingOptimizer()
	if err != nil {
		return nil, err
	}
	optimizer, err := cel.NewStaticOptimizer(folding)
	if err != nil {
		return nil, err
	}
	ast, issues = optimizer.Optimize(env, ast)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

func numberOf(value ref.Val) int64 {
	switch v := value.(type) {
	case types.Int:
		return int64(v)
	case types.Bool:
		if v {
			return 1
		}
	}
	return 0
}

// check gives how many records have a value, the checksum, and the sum that
// each timed pass must come to.
func check(program cel.Program, data *records) (count int, checksum, sum int64) {
	for data.row = 0; data.row < data.rows; data.row++ {
		value, _, err := program.Eval(data)
		if err != nil {
			continue
		}
		count++
		number := numberOf(value)
		checksum += number * int64(data.row+1)
		sum += number
	}
	return count, checksum, sum
}

func pass(program cel.Program, data *records) (int64, time.Duration) {
	var sum int64
	start := time.Now()
	for data.row = 0; data.row < data.rows; data.row++ {
		value, _, err := program.Eval(data)
		if err == nil {
			sum += numberOf(value)
		}
	}
	return sum, time.Since(start)
}

func measure(program cel.Program, data *records, passes int) (string, error) {
	count, checksum, expected := check(program, data)
	best := time.Duration(0)
	for i := 0; i < warmingPasses+passes; i++ {
		sum, took := pass(program, data)
		if sum != expected {
			return "", fmt.Errorf("a pass gave %d, not %d", sum, expected)
		}
		if i >= warmingPasses && (best == 0 || took < best) {
			best = took
		}
	}
	return fmt.Sprintf("%.3f %d %d",
		float64(best.Nanoseconds())/float64(data.rows), count, checksum), nil
}

func run(dataPath, expressionsPath, passesText string) error {
	passes, err := strconv.Atoi(passesText)
	if err != nil {
		return err
	}
	data, err := readRecords(dataPath)
	if err != nil {
		return err
	}
	env, err := newEnvironment()
	if err != nil {
		return err
	}
	expressions, err := os.ReadFile(expressionsPath)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(expressions)), "\n") {
		fields := strings.SplitN(line, "\t", 3)
		program, err := newProgram(env, fields[2])
		if err != nil {
			return fmt.Errorf("%s: %w", fields[0], err)
		}
		result, err := measure(program, data, passes)
		if err != nil {
			return fmt.Errorf("%s: %w", fields[0], err)
		}
		fmt.Println(fields[0], result)
	}
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bench DATA EXPRESSIONS PASSES")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

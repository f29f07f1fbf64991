# Tokens of one problem's responses by change of probability
#
# Tokens of responses to the problem 3+5*8: of seed 2, in reading order, by the change of their
# probability from base to the run, both given the same preceding tokens: orange with a bar
# below, it fell by more than 0.1; white, within ±0.1; blue with a bar above, it rose by more
# than 0.1; hatched, not measured. Rows: base's first sampled response, the near teacher's, and
# the run's own first sampled one. Runs: sft, rl. The problem isn't chosen by eye: it is the
# first, of the two that each seed keeps, seed by seed, to which base's first response has at
# least 8 tokens (where none has, the first one). One problem is an example; shares over all of
# them are in figure-2b.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot figure-2a.gp
# It reads figure-2a.tsv and writes figure-2a.svg and figure-2a.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,106 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_figure_2a' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,106./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'figure-2a.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.01263
  set rmargin at screen 0.48737
  set bmargin at screen 0.59748
  set tmargin at screen 0.72642
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'sft on base'."'".'s text' at screen 0.25,0.79245 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  set object rectangle from screen 0.08739,0.89151 to screen 0.13285,0.94811 fillcolor rgb '#e88a2e' fillstyle transparent solid 1 border linecolor rgb '#e88a2e' linewidth 1
  set label 'fell > 0.1 (bar below)' at screen 0.14295,0.91981 left font ',8' noenhanced front
  set object rectangle from screen 0.37257,0.89151 to screen 0.41802,0.94811 fillcolor rgb '#808080' fillstyle transparent solid 0 border linecolor rgb '#808080' linewidth 0.4
  set label 'within ±0.1' at screen 0.42812,0.91981 left font ',8' noenhanced front
  set object rectangle from screen 0.65774,0.89151 to screen 0.70319,0.94811 fillcolor rgb '#4c9bd3' fillstyle transparent solid 1 border linecolor rgb '#4c9bd3' linewidth 1
  set label 'rose > 0.1 (bar above)' at screen 0.71329,0.91981 left font ',8' noenhanced front
  plot 'figure-2a.tsv' index 0 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 0 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 1 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 1 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 2 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 2 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 3 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 3 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 3 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.51263
  set rmargin at screen 0.98737
  set bmargin at screen 0.59748
  set tmargin at screen 0.72642
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'rl on base'."'".'s text' at screen 0.75,0.79245 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'figure-2a.tsv' index 4 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 4 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 5 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 5 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 6 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 6 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 7 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 7 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 7 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.01263
  set rmargin at screen 0.48737
  set bmargin at screen 0.30818
  set tmargin at screen 0.43711
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'sft on the teacher'."'".'s text' at screen 0.25,0.50314 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'figure-2a.tsv' index 8 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 8 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 9 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 9 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 10 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 10 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 11 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 11 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 11 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.51263
  set rmargin at screen 0.98737
  set bmargin at screen 0.30818
  set tmargin at screen 0.43711
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'rl on the teacher'."'".'s text' at screen 0.75,0.50314 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'figure-2a.tsv' index 12 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 12 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 13 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 13 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 14 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 14 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 15 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 15 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 15 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 5
  reset
  set datafile separator "\t"
  set lmargin at screen 0.01263
  set rmargin at screen 0.48737
  set bmargin at screen 0.01887
  set tmargin at screen 0.1478
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'sft on its own text' at screen 0.25,0.21384 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'figure-2a.tsv' index 16 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 16 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 17 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 17 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 18 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 18 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 19 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 19 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 19 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 6
  reset
  set datafile separator "\t"
  set lmargin at screen 0.51263
  set rmargin at screen 0.98737
  set bmargin at screen 0.01887
  set tmargin at screen 0.1478
  unset border
  set xrange [0:188]
  unset xtics
  set yrange [0:13.5]
  unset ytics
  set label 'rl on its own text' at screen 0.75,0.21384 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'figure-2a.tsv' index 20 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#e88a2e' notitle, \
    'figure-2a.tsv' index 20 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#e88a2e' dashtype solid notitle, \
    'figure-2a.tsv' index 21 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 0 noborder linecolor rgb '#808080' notitle, \
    'figure-2a.tsv' index 21 using 1:($2 > 0 ? $2 : 0) with steps linewidth 0.4 linecolor rgb '#808080' dashtype solid notitle, \
    'figure-2a.tsv' index 22 using 1:($2 > 0 ? $2 : 0) with fillsteps fillstyle transparent solid 1 noborder linecolor rgb '#4c9bd3' notitle, \
    'figure-2a.tsv' index 22 using 1:($2 > 0 ? $2 : 0) with steps linewidth 1 linecolor rgb '#4c9bd3' dashtype solid notitle, \
    'figure-2a.tsv' index 23 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'figure-2a.tsv' index 23 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'figure-2a.tsv' index 23 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  unset multiplot
  set output
}

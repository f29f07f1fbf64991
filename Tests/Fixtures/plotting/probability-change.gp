# Change of token probability
#
# Change of the probability of each token of the responses, Δp = q(y) − p(y), where p is the
# model before and q the model after, both given the same preceding tokens. Bins of 0.039,
# logarithmic counts; empty bins lie on the axis. n = 301 tokens.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot probability-change.gp
# It reads probability-change.tsv and writes probability-change.svg and probability-change.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,145 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_probability_change' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,145./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'probability-change.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.13869
  set rmargin at screen 0.96154
  set bmargin at screen 0.17241
  set tmargin at screen 0.86897
  set border 15 linewidth 0.5
  set xrange [-1:1]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set yrange [0.7:280]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1, '' 2 1, '' 3 1, '' 4 1, '' 5 1, '' 6 1, '' 7 1, '' 8 1, '' 9 1, '10^{1}' 10, '' 20 1, '' 30 1, '' 40 1, '' 50 1, '' 60 1, '' 70 1, '' 80 1, '' 90 1, '10^{2}' 100, '' 200 1)
  set label 'change of token probability Δp' at screen 0.55012,0.04138 center noenhanced front
  set label 'tokens' at screen 0.03419,0.52069 center rotate by 90 noenhanced front
  unset colorbox
  set object rectangle from screen 0.2306,0.92069 to screen 0.30752,0.96207 fillcolor rgb '#e69f00' fillstyle transparent solid 0.3 border linecolor rgb '#e69f00' linewidth 1
  set label 'base → sft' at screen 0.32462,0.94138 left font ',8' noenhanced front
  set object rectangle from screen 0.52564,0.92069 to screen 0.60256,0.96207 fillcolor rgb '#0072b2' fillstyle transparent solid 0.3 border linecolor rgb '#0072b2' linewidth 1
  set label 'base → rl' at screen 0.61966,0.94138 left font ',8' noenhanced front
  plot 'probability-change.tsv' index 0 using 1:($2 > 0.7 ? $2 : 0.7) with fillsteps fillstyle transparent solid 0.3 noborder linecolor rgb '#e69f00' notitle, \
    'probability-change.tsv' index 0 using 1:($2 > 0.7 ? $2 : 0.7) with steps linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'probability-change.tsv' index 1 using 1:($2 > 0.7 ? $2 : 0.7) with fillsteps fillstyle transparent solid 0.3 noborder linecolor rgb '#0072b2' notitle, \
    'probability-change.tsv' index 1 using 1:($2 > 0.7 ? $2 : 0.7) with steps linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  unset multiplot
  set output
}
